// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Cgroup;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.HangupChain;
import dev.remap.linux.IoUring;
import dev.remap.linux.Mmap;
import dev.remap.linux.NativeAccess;
import dev.remap.linux.Pidfd;
import dev.remap.linux.ProcFs;
import dev.remap.linux.ProcessMadvise;
import dev.remap.linux.Userfaultfd;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.ManagerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** Looks at this host. Never throws: what cannot be seen is a value that says so. */
final class HostProbe {
    private static final int CAP_SYS_PTRACE = 19;
    private static final int CAP_SYS_NICE = 23;

    private HostProbe() {}

    /** Everything but the trial. Takes a second and a half, most of it to measure wake-ups. */
    static HostFacts look() {
        Optional<String> problem = Optional.ofNullable(NativeAccess.problem());
        boolean calls = problem.isEmpty();
        return new HostFacts(
                new HostFacts.Java(Runtime.version().toString(), problem, image()),
                kernel(calls),
                access(calls),
                calls ? WakeUpProbe.measure() : WakeUpProbe.nothing(),
                memory(),
                limits(),
                HostFacts.Trial.none());
    }

    private static HostFacts.Image image() {
        ManagerRuntime runtime = ManagerRuntime.besideJars();
        return runtime == null
                ? new HostFacts.Image("", "there is none")
                : new HostFacts.Image(runtime.folder(), unused(runtime));
    }

    private static String unused(ManagerRuntime runtime) {
        String refusal = runtime.refusal();
        if (refusal != null) {
            return refusal;
        }
        if (ManagerRuntime.find() == null) {
            return "there are drivers that are no part of Remap";
        }
        try {
            return ManagerJvm.takesCache(runtime) ? "" : "its JVM does not take its AOT cache: the jars are others";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static HostFacts.Kernel kernel(boolean calls) {
        return new HostFacts.Kernel(
                System.getProperty("os.version", ""),
                calls ? Mmap.PAGE_SIZE : 0,
                calls ? uffdFeatures() : 0,
                ProcFs.shmemHugepages(),
                calls ? (int) -IoUring.probe() : 0,
                text("/proc/sys/kernel/io_uring_disabled"),
                calls ? processMadviseErrno() : 0,
                calls ? (int) -HangupChain.probe() : 0);
    }

    private static long uffdFeatures() {
        long device = Userfaultfd.openDevice();
        long uffd = device < 0 ? device : Userfaultfd.fromDevice((int) device, FileIo.O_CLOEXEC);
        if (device >= 0) {
            FileIo.close((int) device);
        }
        if (uffd < 0) {
            uffd = Userfaultfd.fromSyscall(FileIo.O_CLOEXEC | Userfaultfd.UFFD_USER_MODE_ONLY);
        }
        if (uffd < 0) {
            return 0;
        }
        long features = Userfaultfd.supportedFeatures((int) uffd);
        FileIo.close((int) uffd);
        return Math.max(0, features);
    }

    /** The call itself on no memory at all, which shows whether it exists, and the capability it takes for another process. */
    private static int processMadviseErrno() {
        long self = Pidfd.open((int) ProcessHandle.current().pid());
        if (self < 0) {
            return (int) -self;
        }
        long result = ProcessMadvise.call((int) self, 0, 0, Mmap.MADV_PAGEOUT);
        FileIo.close((int) self);
        if (result < 0) {
            return (int) -result;
        }
        return hasCapability(CAP_SYS_NICE) ? 0 : Errno.EPERM;
    }

    private static HostFacts.Access access(boolean calls) {
        UserfaultfdAccess.Result probed = calls
                ? UserfaultfdAccess.probe(0)
                : new UserfaultfdAccess.Result(-1, UserfaultfdAccess.Way.NONE, false, List.of());
        return new HostFacts.Access(
                probed,
                text("/proc/sys/vm/unprivileged_userfaultfd"),
                whoMayOpen(Path.of(Userfaultfd.DEVICE)),
                hasCapability(CAP_SYS_PTRACE),
                !status("Seccomp").equals("0") && !status("Seccomp").isEmpty());
    }

    private static String whoMayOpen(Path device) {
        try {
            PosixFileAttributes file = Files.readAttributes(device, PosixFileAttributes.class);
            return PosixFilePermissions.toString(file.permissions()) + " "
                    + file.owner().getName() + ":" + file.group().getName();
        } catch (IOException e) {
            return "";
        }
    }

    private static HostFacts.Memory memory() {
        return new HostFacts.Memory(
                Cgroup.current(),
                ProcFs.memInfoKb("MemTotal") << 10,
                ProcFs.memInfoKb("MemAvailable") << 10,
                ProcFs.swapPresent());
    }

    private static HostFacts.Limits limits() {
        String folder = System.getProperty("java.io.tmpdir", "/tmp");
        return new HostFacts.Limits(openFiles(), folder, freeBytes(Path.of(folder)));
    }

    private static long freeBytes(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            return -1;
        }
    }

    /** "Max open files   soft   hard   files"; the JVM has raised the soft limit already. */
    private static long openFiles() {
        return text("/proc/self/limits")
                .lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+")[3])
                .mapToLong(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                .findFirst()
                .orElse(-1);
    }

    private static boolean hasCapability(int capability) {
        String effective = status("CapEff");
        return !effective.isEmpty() && (Long.parseUnsignedLong(effective, 16) >>> capability & 1) != 0;
    }

    private static String status(String key) {
        return text("/proc/self/status")
                .lines()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static String text(String file) {
        return ProcFs.read(Path.of(file)).strip();
    }
}
