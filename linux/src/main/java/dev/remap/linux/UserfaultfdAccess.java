// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.FileIo.O_CLOEXEC;
import static dev.remap.linux.Userfaultfd.UFFD_USER_MODE_ONLY;

import java.util.ArrayList;
import java.util.List;

/**
 * Getting a userfaultfd where permission for it is uncertain: each way in turn, a refusal leading to the next.
 *
 * <p>A refusal comes with the setting that would change it. The descriptor is close-on-exec and blocking, its handshake done.
 */
public final class UserfaultfdAccess {

    /** How a descriptor was had, best first. */
    public enum Way {
        /** By a descriptor of {@code /dev/userfaultfd} that another process passed on. */
        GRANTED,
        /** By opening {@code /dev/userfaultfd}. */
        DEVICE,
        /** By {@code userfaultfd(2)}. */
        SYSCALL,
        /** By {@code userfaultfd(2)} with UFFD_USER_MODE_ONLY: system calls that touch an absent page fail with EFAULT. */
        SYSCALL_USER_MODE_ONLY,
        /** Not at all. */
        NONE
    }

    /** One way tried. {@code errno} is 0 if it worked, and {@code remedy} empty. */
    public record Attempt(Way way, int errno, String remedy) {}

    /** {@code fd} is -1 if there is none or, from {@link #probe}, none was kept; {@code way} is the first that worked. */
    public record Result(int fd, Way way, boolean kernelFaults, List<Attempt> attempts) {

        public Result {
            attempts = List.copyOf(attempts);
        }
    }

    /** What this class asks of the kernel. */
    interface Kernel {
        long openDevice();

        long fromDevice(int devFd, int flags);

        long fromSyscall(int flags);

        long api(int uffd, long features);

        long supportedFeatures(int probeUffd);

        long close(int fd);
    }

    private final Kernel kernel;
    private final long requiredFeatures;
    private final int grantedDeviceFd;

    UserfaultfdAccess(Kernel kernel, long requiredFeatures, int grantedDeviceFd) {
        this.kernel = kernel;
        this.requiredFeatures = requiredFeatures;
        this.grantedDeviceFd = grantedDeviceFd;
    }

    /** A descriptor by the first way that works. The granted descriptor, -1 for none, stays the caller's. */
    public static Result open(long requiredFeatures, int grantedDeviceFdOrMinus1) {
        return new UserfaultfdAccess(new LinuxKernel(), requiredFeatures, grantedDeviceFdOrMinus1).open();
    }

    /** Tries all ways that need no grant, keeps nothing open. */
    public static Result probe(long requiredFeatures) {
        return new UserfaultfdAccess(new LinuxKernel(), requiredFeatures, -1).probe();
    }

    Result open() {
        List<Attempt> attempts = new ArrayList<>();
        for (Way way : ways()) {
            long fd = attempt(way, attempts);
            if (fd >= 0) {
                return new Result((int) fd, way, kernelFaults(way), attempts);
            }
        }
        return new Result(-1, Way.NONE, false, attempts);
    }

    Result probe() {
        List<Attempt> attempts = new ArrayList<>();
        Way first = Way.NONE;
        for (Way way : ways()) {
            long fd = attempt(way, attempts);
            if (fd >= 0) {
                kernel.close((int) fd);
                first = first == Way.NONE ? way : first;
            }
        }
        return new Result(-1, first, kernelFaults(first), attempts);
    }

    private List<Way> ways() {
        return grantedDeviceFd >= 0
                ? List.of(Way.GRANTED, Way.DEVICE, Way.SYSCALL, Way.SYSCALL_USER_MODE_ONLY)
                : List.of(Way.DEVICE, Way.SYSCALL, Way.SYSCALL_USER_MODE_ONLY);
    }

    private static boolean kernelFaults(Way way) {
        return way != Way.SYSCALL_USER_MODE_ONLY && way != Way.NONE;
    }

    /** The descriptor, ready for use, or -errno; either way noted in {@code attempts}. */
    private long attempt(Way way, List<Attempt> attempts) {
        long fd = obtain(way);
        if (fd < 0) {
            attempts.add(new Attempt(way, (int) -fd, UffdRemedies.refused(way, (int) -fd)));
            return fd;
        }
        long result = kernel.api((int) fd, requiredFeatures);
        if (result < 0) {
            kernel.close((int) fd);
            attempts.add(new Attempt(way, (int) -result, handshakeRemedy(way, (int) -result)));
            return result;
        }
        attempts.add(new Attempt(way, 0, ""));
        return fd;
    }

    private long obtain(Way way) {
        return switch (way) {
            case GRANTED -> kernel.fromDevice(grantedDeviceFd, O_CLOEXEC);
            case DEVICE -> fromOwnDevice();
            case SYSCALL -> kernel.fromSyscall(O_CLOEXEC);
            case SYSCALL_USER_MODE_ONLY -> kernel.fromSyscall(O_CLOEXEC | UFFD_USER_MODE_ONLY);
            case NONE -> -Errno.EINVAL;
        };
    }

    private long fromOwnDevice() {
        long device = kernel.openDevice();
        if (device < 0) {
            return device;
        }
        long fd = kernel.fromDevice((int) device, O_CLOEXEC);
        kernel.close((int) device);
        return fd;
    }

    /** A handshake is once a descriptor, so which features are missing takes another one. */
    private String handshakeRemedy(Way way, int errno) {
        long probe = obtain(way);
        if (probe < 0) {
            return UffdRemedies.handshake(errno, 0);
        }
        long supported = kernel.supportedFeatures((int) probe);
        kernel.close((int) probe);
        return UffdRemedies.handshake(errno, supported < 0 ? 0 : requiredFeatures & ~supported);
    }

    private static final class LinuxKernel implements Kernel {
        @Override
        public long openDevice() {
            return Userfaultfd.openDevice();
        }

        @Override
        public long fromDevice(int devFd, int flags) {
            return Userfaultfd.fromDevice(devFd, flags);
        }

        @Override
        public long fromSyscall(int flags) {
            return Userfaultfd.fromSyscall(flags);
        }

        @Override
        public long api(int uffd, long features) {
            return Userfaultfd.api(uffd, features);
        }

        @Override
        public long supportedFeatures(int probeUffd) {
            return Userfaultfd.supportedFeatures(probeUffd);
        }

        @Override
        public long close(int fd) {
            return FileIo.close(fd);
        }
    }
}
