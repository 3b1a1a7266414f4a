// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * Making userfaultfd descriptors: {@code linux/userfaultfd.h}, Linux 4.3; shared memory 4.11, {@code /dev/userfaultfd} 6.1.
 *
 * <p>A descriptor is bound for ever to the address space of the process that made it; passed to another process, ioctls
 * there act on the maker's addresses. Working with one is {@link UffdPort}; finding a permitted way is {@link UserfaultfdAccess}.
 */
public final class Userfaultfd {

    /** Flag: only faults of user code are reported; kernel accesses to absent pages are EFAULT. Linux 5.11. */
    public static final int UFFD_USER_MODE_ONLY = 1;

    /** Write-protection of anonymous memory. Linux 5.7. */
    public static final long UFFD_FEATURE_PAGEFAULT_FLAG_WP = 1L << 0;

    public static final long UFFD_FEATURE_EVENT_FORK = 1L << 1;
    public static final long UFFD_FEATURE_EVENT_REMAP = 1L << 2;
    public static final long UFFD_FEATURE_EVENT_REMOVE = 1L << 3;
    public static final long UFFD_FEATURE_MISSING_HUGETLBFS = 1L << 4;

    /** Missing faults on shared memory. Linux 4.11. */
    public static final long UFFD_FEATURE_MISSING_SHMEM = 1L << 5;

    public static final long UFFD_FEATURE_EVENT_UNMAP = 1L << 6;
    public static final long UFFD_FEATURE_SIGBUS = 1L << 7;

    /** Messages carry the faulting thread's id. Linux 4.14. */
    public static final long UFFD_FEATURE_THREAD_ID = 1L << 8;

    public static final long UFFD_FEATURE_MINOR_HUGETLBFS = 1L << 9;

    /** Minor faults on shared memory. Linux 5.14. */
    public static final long UFFD_FEATURE_MINOR_SHMEM = 1L << 10;

    /** Addresses in messages are not rounded down to the page. Linux 5.18. */
    public static final long UFFD_FEATURE_EXACT_ADDRESS = 1L << 11;

    /** Write-protection of shared memory. Linux 5.19. */
    public static final long UFFD_FEATURE_WP_HUGETLBFS_SHMEM = 1L << 12;

    public static final long UFFD_FEATURE_WP_UNPOPULATED = 1L << 13;

    /** UFFDIO_POISON. Linux 6.6. */
    public static final long UFFD_FEATURE_POISON = 1L << 14;

    public static final long UFFD_FEATURE_WP_ASYNC = 1L << 15;
    public static final long UFFD_FEATURE_MOVE = 1L << 16;

    public static final long UFFDIO_REGISTER_MODE_MISSING = 1;
    public static final long UFFDIO_REGISTER_MODE_WP = 2;
    public static final long UFFDIO_REGISTER_MODE_MINOR = 4;

    public static final long UFFD_PAGEFAULT_FLAG_WRITE = 1;
    public static final long UFFD_PAGEFAULT_FLAG_WP = 2;
    public static final long UFFD_PAGEFAULT_FLAG_MINOR = 4;

    public static final long UFFDIO_COPY_MODE_DONTWAKE = 1;
    public static final long UFFDIO_COPY_MODE_WP = 2;
    public static final long UFFDIO_ZEROPAGE_MODE_DONTWAKE = 1;
    public static final long UFFDIO_CONTINUE_MODE_DONTWAKE = 1;

    /** Map write-protected. Linux 6.4. */
    public static final long UFFDIO_CONTINUE_MODE_WP = 2;

    public static final long UFFDIO_POISON_MODE_DONTWAKE = 1;

    /** Protect; without it the call unprotects and wakes. */
    public static final long UFFDIO_WRITEPROTECT_MODE_WP = 1;

    public static final long UFFDIO_WRITEPROTECT_MODE_DONTWAKE = 2;

    /** Bytes of one {@code struct uffd_msg}; {@link UffdMessages} knows its fields. */
    public static final int MSG_SIZE = 32;

    public static final int UFFD_EVENT_PAGEFAULT = 0x12;

    public static final String DEVICE = "/dev/userfaultfd";

    static final long UFFDIO_API = 0xC018AA3FL;
    static final long USERFAULTFD_IOC_NEW = 0x0000AA00L;
    private static final long UFFD_API = 0xAA;

    private Userfaultfd() {}

    /** A descriptor by {@code userfaultfd(2)}. Flags: O_CLOEXEC, O_NONBLOCK, UFFD_USER_MODE_ONLY. */
    public static long fromSyscall(int flags) {
        return Native.retry(Syscall.USERFAULTFD, flags, 0, 0);
    }

    /** Opens {@code /dev/userfaultfd} close-on-exec. The descriptor lets whoever receives it make userfaultfds of its own. */
    public static long openDevice() {
        return FileIo.open(DEVICE, FileIo.O_RDWR | FileIo.O_CLOEXEC, 0);
    }

    /** A descriptor by USERFAULTFD_IOC_NEW on an open {@code /dev/userfaultfd}; no capability or sysctl is asked for. */
    public static long fromDevice(int devFd, int flags) {
        return Native.retry(Syscall.IOCTL, devFd, USERFAULTFD_IOC_NEW, flags);
    }

    /** The handshake, first and only once on a descriptor: 0, or -EINVAL if a feature is not supported. */
    public static long api(int uffd, long features) {
        return handshake(uffd, features, Scratch.current().address);
    }

    /** The features of the kernel, by a handshake that uses up {@code probeUffd}: a throw-away descriptor. */
    public static long supportedFeatures(int probeUffd) {
        long block = Scratch.current().address;
        long result = handshake(probeUffd, 0, block);
        return result < 0 ? result : Native.getLong(block + 8);
    }

    /** {@code struct uffdio_api}: 0 api, 8 features, 16 ioctls. */
    private static long handshake(int uffd, long features, long block) {
        Native.putLong(block, UFFD_API);
        Native.putLong(block + 8, features);
        Native.putLong(block + 16, 0);
        return Native.retry(Syscall.IOCTL, uffd, UFFDIO_API, block);
    }

    /** The features in {@code bits} with the kernel that brought each: "POISON (Linux 6.6)". */
    public static List<String> featureNames(long bits) {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((bits >>> bit & 1) != 0) {
                names.add(bit < FEATURES.length ? FEATURES[bit] : "bit " + bit);
            }
        }
        return names;
    }

    private static final String[] FEATURES = {
        "PAGEFAULT_FLAG_WP (Linux 5.7, aarch64 6.10)",
        "EVENT_FORK (Linux 4.11)",
        "EVENT_REMAP (Linux 4.11)",
        "EVENT_REMOVE (Linux 4.11)",
        "MISSING_HUGETLBFS (Linux 4.11)",
        "MISSING_SHMEM (Linux 4.11)",
        "EVENT_UNMAP (Linux 4.11)",
        "SIGBUS (Linux 4.14)",
        "THREAD_ID (Linux 4.14)",
        "MINOR_HUGETLBFS (Linux 5.13)",
        "MINOR_SHMEM (Linux 5.14)",
        "EXACT_ADDRESS (Linux 5.18)",
        "WP_HUGETLBFS_SHMEM (Linux 5.19, aarch64 6.10)",
        "WP_UNPOPULATED (Linux 6.4)",
        "POISON (Linux 6.6)",
        "WP_ASYNC (Linux 6.7)",
        "MOVE (Linux 6.8)",
    };
}
