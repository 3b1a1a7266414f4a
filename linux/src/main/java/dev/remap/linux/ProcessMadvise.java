// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** Advice on another process's memory: {@code process_madvise(2)}, Linux 5.10. */
public final class ProcessMadvise {

    private ProcessMadvise() {}

    /**
     * Bytes advised, fewer than asked for if a range in the middle failed, or -errno.
     *
     * <p>{@code advice} is MADV_COLD, MADV_PAGEOUT, MADV_WILLNEED (or, since 6.13, MADV_DONTNEED on oneself). Another process
     * takes CAP_SYS_NICE and ptrace read access.
     */
    public static long call(int pidfd, long iovecAddress, long count, int advice) {
        return Native.retry(Syscall.PROCESS_MADVISE, pidfd, iovecAddress, count, advice, 0, 0);
    }
}
