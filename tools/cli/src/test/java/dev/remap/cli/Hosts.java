// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.cli.HostFacts.Access;
import dev.remap.cli.HostFacts.Idle;
import dev.remap.cli.HostFacts.Java;
import dev.remap.cli.HostFacts.Kernel;
import dev.remap.cli.HostFacts.Limits;
import dev.remap.cli.HostFacts.Memory;
import dev.remap.cli.HostFacts.RoundTrips;
import dev.remap.cli.HostFacts.Trial;
import dev.remap.linux.Cgroup.MemoryLimits;
import dev.remap.linux.Errno;
import dev.remap.linux.UserfaultfdAccess.Attempt;
import dev.remap.linux.UserfaultfdAccess.Result;
import dev.remap.linux.UserfaultfdAccess.Way;
import java.util.List;
import java.util.Optional;

/** Made-up hosts: a good one, and parts to replace in it. */
final class Hosts {
    static final long ALL_FEATURES = -1;
    private static final long GIB = 1L << 30;

    private Hosts() {}

    static HostFacts good() {
        return new HostFacts(
                new Java("25.0.3", Optional.empty(), new HostFacts.Image("/opt/remap/runtime", "")),
                kernel("6.18.44", 4096, ALL_FEATURES),
                access(Way.DEVICE, new Attempt(Way.DEVICE, 0, "")),
                idle(20, 10, 15, 0, "menu", -1),
                memory(unlimited(), false),
                new Limits(20_000, "/tmp", 80 * GIB),
                new Trial(true, "", 200_000_000, "8192 MiB, half of what is available", ""));
    }

    static HostFacts with(Java java) {
        HostFacts good = good();
        return new HostFacts(
                java, good.kernel(), good.access(), good.idle(), good.memory(), good.limits(), Trial.none());
    }

    static HostFacts with(Kernel kernel) {
        HostFacts good = good();
        return new HostFacts(
                good.java(), kernel, good.access(), good.idle(), good.memory(), good.limits(), good.trial());
    }

    static HostFacts with(Access access) {
        HostFacts good = good();
        return new HostFacts(
                good.java(), good.kernel(), access, good.idle(), good.memory(), good.limits(), good.trial());
    }

    static HostFacts with(Idle idle) {
        HostFacts good = good();
        return new HostFacts(
                good.java(), good.kernel(), good.access(), idle, good.memory(), good.limits(), good.trial());
    }

    static HostFacts with(Memory memory) {
        HostFacts good = good();
        return new HostFacts(
                good.java(), good.kernel(), good.access(), good.idle(), memory, good.limits(), good.trial());
    }

    static Kernel kernel(String release, long pageBytes, long features) {
        return new Kernel(release, pageBytes, features, "never", 0, "0", 0, 0);
    }

    static Access access(Way way, Attempt... attempts) {
        boolean kernelFaults = way == Way.DEVICE || way == Way.SYSCALL || way == Way.GRANTED;
        return new Access(
                new Result(-1, way, kernelFaults, List.of(attempts)), "0", "rw------- root:root", false, false);
    }

    /** As for an ordinary user on most distributions. */
    static Access ordinaryUser() {
        return access(
                Way.SYSCALL_USER_MODE_ONLY,
                new Attempt(Way.DEVICE, Errno.EACCES, "give the device a group"),
                new Attempt(Way.SYSCALL, Errno.EPERM, "set the sysctl"),
                new Attempt(Way.SYSCALL_USER_MODE_ONLY, 0, ""));
    }

    /** As in a container with the usual seccomp profile. */
    static Access container() {
        Access refused = access(
                Way.NONE,
                new Attempt(Way.DEVICE, Errno.ENOENT, "pass the device in"),
                new Attempt(Way.SYSCALL, Errno.EPERM, "allow it in the profile"),
                new Attempt(Way.SYSCALL_USER_MODE_ONLY, Errno.EPERM, "allow it in the profile"));
        return new Access(refused.probed(), "", "", false, true);
    }

    /** In microseconds; {@code held} counts only if {@code holdErrno} is 0. */
    static Idle idle(long twoCpus, long oneCpu, long held, int holdErrno, String governor, long haltPollNs) {
        return new Idle(
                2,
                Optional.of(trips(oneCpu)),
                Optional.of(trips(twoCpus)),
                holdErrno == 0 ? Optional.of(trips(held)) : Optional.empty(),
                holdErrno,
                true,
                governor,
                haltPollNs);
    }

    private static RoundTrips trips(long medianUs) {
        return new RoundTrips(5_000, medianUs * 1_000, medianUs * 2_000);
    }

    static Memory memory(MemoryLimits limits, boolean swap) {
        return new Memory(limits, 24 * GIB, 20 * GIB, swap);
    }

    static MemoryLimits unlimited() {
        return new MemoryLimits(2, "/sys/fs/cgroup/x", Long.MAX_VALUE, 0, "none");
    }

    static MemoryLimits limited(long limitBytes, long usedBytes) {
        return new MemoryLimits(2, "/sys/fs/cgroup/x", limitBytes, usedBytes, "a limit");
    }
}
