// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Cgroup;
import dev.remap.linux.UserfaultfdAccess;
import java.util.Optional;

/** Everything doctor looks at, as plain values: what to make of them is decided elsewhere, and tested with made-up ones. */
record HostFacts(Java java, Kernel kernel, Access access, Idle idle, Memory memory, Limits limits, Trial trial) {
    HostFacts with(Trial result) {
        return new HostFacts(java, kernel, access, idle, memory, limits, result);
    }

    /**
     * The JVM.
     *
     * @param version for instance 25.0.3
     * @param nativeProblem why it cannot make system calls, if it cannot
     * @param image the manager's own Java
     */
    record Java(String version, Optional<String> nativeProblem, Image image) {}

    /**
     * The run-time image that managers are started from.
     *
     * @param folder where it is; empty if there is none
     * @param unused why it is not used, or not its AOT cache; empty if both are
     */
    record Image(String folder, String unused) {}

    /**
     * The kernel.
     *
     * @param release for instance 6.18.44
     * @param pageBytes the base page size; 0 if not known
     * @param uffdFeatures userfaultfd's feature bits; 0 if there was no userfaultfd to ask
     * @param shmemHugepages the huge-page setting for shared memory; empty if not known
     * @param ioUringErrno 0 if io_uring may be used
     * @param ioUringDisabled sysctl kernel.io_uring_disabled; empty if there is none
     * @param processMadviseErrno 0 if the manager may advise on another process's memory
     * @param deadManErrno 0 if the kernel can end faults by itself when the last manager dies
     */
    record Kernel(
            String release,
            long pageBytes,
            long uffdFeatures,
            String shmemHugepages,
            int ioUringErrno,
            String ioUringDisabled,
            int processMadviseErrno,
            int deadManErrno) {}

    /**
     * Ways to a userfaultfd.
     *
     * @param probed each way tried
     * @param unprivileged sysctl vm.unprivileged_userfaultfd; empty if there is none
     * @param device who may open /dev/userfaultfd, as "rw------- root:root"; empty if there is none
     * @param tracePermission whether this process has CAP_SYS_PTRACE
     * @param seccomp whether a seccomp filter is at work, as in containers
     */
    record Access(
            UserfaultfdAccess.Result probed,
            String unprivileged,
            String device,
            boolean tracePermission,
            boolean seccomp) {}

    /** Messages to another thread and back, timed. */
    record RoundTrips(int count, long medianNs, long p99Ns) {}

    /**
     * What it costs to wake a CPU.
     *
     * @param cpus CPUs that this process may run on
     * @param oneCpu both threads on one CPU; empty if it could not be measured
     * @param twoCpus each on a CPU of its own
     * @param held the same while /dev/cpu_dma_latency is held at 0
     * @param holdErrno why it could not be held; 0 if it could
     * @param virtualMachine whether this is one
     * @param governor what decides how idle CPUs sleep; empty if not known
     * @param haltPollNs how long an idle CPU of this virtual machine looks for work before it sleeps; -1 if that is not to be had
     */
    record Idle(
            int cpus,
            Optional<RoundTrips> oneCpu,
            Optional<RoundTrips> twoCpus,
            Optional<RoundTrips> held,
            int holdErrno,
            boolean virtualMachine,
            String governor,
            long haltPollNs) {}

    /** The machine's memory, and the part of it that this process may use. */
    record Memory(Cgroup.MemoryLimits cgroup, long totalBytes, long availableBytes, boolean swap) {}

    /** Limits that are met rarely; -1 for what is not known. */
    record Limits(long openFiles, String temporaryFolder, long temporaryFreeBytes) {}

    /**
     * Remap itself, tried on a small region.
     *
     * @param tried false if there was no manager on the class path, or no point
     * @param failure what went wrong; empty if it worked
     * @param startNs how long the manager took to start
     * @param budgetOrigin the DRAM that Remap takes by default, and how that comes about
     * @param budgetProblem why that is too little; empty if it is not
     */
    record Trial(boolean tried, String failure, long startNs, String budgetOrigin, String budgetProblem) {
        static Trial none() {
            return new Trial(false, "", 0, "", "");
        }
    }
}
