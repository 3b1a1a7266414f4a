// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** How much of a contended CPU a thread gets: {@code setpriority(2)}, per thread as Linux has it. -20 is the most, 19 the least. */
public final class Nice {
    private static final int PRIO_PROCESS = 0;
    private static final int KERNEL_OFFSET = 20;

    private Nice() {}

    /** 0, -EACCES or -EPERM if the thread may not have more (CAP_SYS_NICE, RLIMIT_NICE), or -ESRCH. Thread 0 is the calling one. */
    public static long set(int thread, int nice) {
        return Native.call(Syscall.SETPRIORITY, PRIO_PROCESS, thread, nice);
    }

    /** The value of a thread; {@link Integer#MIN_VALUE} if there is no such thread. */
    public static int get(int thread) {
        long result =
                Native.call(Syscall.GETPRIORITY, PRIO_PROCESS, thread, 0); // 1 to 40: the library's wrapper undoes that
        return result < 0 ? Integer.MIN_VALUE : KERNEL_OFFSET - (int) result;
    }
}
