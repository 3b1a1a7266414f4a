// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Stands between Remap and the kernel, so that a test can have system calls fail. There is one only if the property
 * {@value #PLAN_PROPERTY} is set when the first call is made, and a provider is installed; it stays for the life of the JVM.
 *
 * <p>It sees calls of this package, not those of the JVM. Thread-safe; it must not use this package's calls while it carries one out, since
 * these share a thread's memory for arguments.
 */
public interface CallInterceptor {
    /** Names what is to fail; the provider's to understand. */
    String PLAN_PROPERTY = "dev.remap.faults";

    int READ = Syscall.READ;
    int CLOSE = Syscall.CLOSE;
    int MMAP = Syscall.MMAP;
    int IOCTL = Syscall.IOCTL;
    int PREAD64 = Syscall.PREAD64;
    int PWRITE64 = Syscall.PWRITE64;
    int PREADV = Syscall.PREADV;
    int PWRITEV = Syscall.PWRITEV;
    int MADVISE = Syscall.MADVISE;
    int PROCESS_MADVISE = Syscall.PROCESS_MADVISE;
    int SENDMSG = Syscall.SENDMSG;
    int RECVMSG = Syscall.RECVMSG;
    int FDATASYNC = Syscall.FDATASYNC;
    int FALLOCATE = Syscall.FALLOCATE;
    int OPENAT = Syscall.OPENAT;
    int STATX = Syscall.STATX;
    int MEMFD_CREATE = Syscall.MEMFD_CREATE;
    int IO_SETUP = Syscall.IO_SETUP;
    int IO_SUBMIT = Syscall.IO_SUBMIT;
    int IO_GETEVENTS = Syscall.IO_GETEVENTS;
    int IO_URING_SETUP = Syscall.IO_URING_SETUP;
    int IO_URING_ENTER = Syscall.IO_URING_ENTER;

    /** The kernel behind it. */
    @FunctionalInterface
    interface Kernel {
        /** One system call: its result, or -errno. */
        long call(int number, long a, long b, long c, long d, long e, long f);
    }

    /** Carries out one system call, by way of {@code kernel} or not: its result, or -errno. */
    long call(Kernel kernel, int number, long a, long b, long c, long d, long e, long f);

    /** The one that was asked for, or null. */
    static @Nullable CallInterceptor load() {
        if (System.getProperty(PLAN_PROPERTY) == null) {
            return null;
        }
        return ServiceLoader.load(CallInterceptor.class, CallInterceptor.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("-D" + PLAN_PROPERTY
                        + " is set, but nothing is installed that makes system calls fail:"
                        + " put remap-faults on the class or module path"));
    }
}
