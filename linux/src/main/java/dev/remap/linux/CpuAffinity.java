// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** On which CPUs a thread runs: {@code sched.h}. Bit n of the mask, counted through its longs, is CPU n. */
public final class CpuAffinity {

    private static final int MAX_LONGS = Scratch.BYTES / Long.BYTES;

    private CpuAffinity() {}

    /** Lets thread {@code tid} (0: the calling one) run on the CPUs of {@code mask} only: 0 or -errno. */
    public static long set(int tid, long... mask) {
        if (mask.length > MAX_LONGS) {
            return -Errno.EINVAL;
        }
        long block = Scratch.current().address;
        for (int i = 0; i < mask.length; i++) {
            Native.putLong(block + (long) i * Long.BYTES, mask[i]);
        }
        return Native.retry(Syscall.SCHED_SETAFFINITY, tid, (long) mask.length * Long.BYTES, block);
    }

    /** Fills {@code mask} with the CPUs of thread {@code tid}: 0, or -EINVAL if it is too short for them, or -errno. */
    public static long get(int tid, long[] mask) {
        long block = Scratch.current().address;
        Native.zero(block, Scratch.BYTES);
        long bytes = Native.retry(Syscall.SCHED_GETAFFINITY, tid, Scratch.BYTES, block);
        if (bytes < 0) {
            return bytes;
        }
        for (int i = 0; i < MAX_LONGS; i++) {
            long word = Native.getLong(block + (long) i * Long.BYTES);
            if (i < mask.length) {
                mask[i] = word;
            } else if (word != 0) {
                return -Errno.EINVAL;
            }
        }
        return 0;
    }

    /** The CPU the calling thread ran on a moment ago. */
    public static int currentCpu() {
        long block = Scratch.current().address;
        long result = Native.retry(Syscall.GETCPU, block, 0, 0);
        return result < 0 ? (int) result : Native.getInt(block);
    }

    /** The calling thread's id; a virtual thread's is its carrier's. */
    public static int gettid() {
        return (int) Native.call(Syscall.GETTID, 0, 0, 0);
    }
}
