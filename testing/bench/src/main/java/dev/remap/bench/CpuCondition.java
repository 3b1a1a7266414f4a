// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.linux.CpuAffinity;
import dev.remap.linux.CpuDmaLatency;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;

/** On which CPUs a fault is taken and served, and how deep those sleep: most of what a fault costs. The same for both sides. */
enum CpuCondition {
    /** Remap's default, where it is permitted: no CPU sleeps while faults are frequent. */
    HELD("any CPU, wake-up latency held", true, false),
    /** Application and handler on one CPU: nobody has to be woken elsewhere. */
    ONE_CPU("one CPU for both processes", true, true),
    /** CPUs sleep as the host lets them. */
    IDLE("any CPU, free to sleep", false, false);

    private static final int MASK_LONGS = 16;

    private final String words;
    private final boolean hold;
    private final boolean oneCpu;

    CpuCondition(String words, boolean hold, boolean oneCpu) {
        this.words = words;
        this.hold = hold;
        this.oneCpu = oneCpu;
    }

    String words() {
        return words;
    }

    boolean holdsLatency() {
        return hold;
    }

    /** Makes it so, for the calling thread and the processes it starts, until the answer is closed. */
    Applied apply() {
        long latencyFd = hold ? CpuDmaLatency.acquire(0) : -1;
        long[] mask = new long[MASK_LONGS];
        long known = CpuAffinity.get(0, mask);
        long pinned = 0;
        if (oneCpu) {
            pinned = known < 0 ? known : CpuAffinity.set(0, only(CpuAffinity.currentCpu()));
        }
        return new Applied(latencyFd, mask, oneCpu && pinned >= 0, note(latencyFd, pinned));
    }

    private static long[] only(int cpu) {
        long[] mask = new long[MASK_LONGS];
        mask[cpu / Long.SIZE] = 1L << cpu;
        return mask;
    }

    private String note(long latencyFd, long pinned) {
        if (pinned < 0) {
            return "not so: sched_setaffinity: " + Errno.name(pinned);
        }
        return hold && latencyFd < 0 ? "not held: /dev/cpu_dma_latency: " + Errno.name(latencyFd) : "";
    }

    /** A condition that holds. */
    static final class Applied implements AutoCloseable {
        private final long latencyFd;
        private final long[] before;
        private final boolean pinned;
        private final String note;

        private Applied(long latencyFd, long[] before, boolean pinned, String note) {
            this.latencyFd = latencyFd;
            this.before = before;
            this.pinned = pinned;
            this.note = note;
        }

        /** What of it does not hold, and why; empty if all does. */
        String note() {
            return note;
        }

        @Override
        public void close() {
            if (pinned) {
                CpuAffinity.set(0, before);
            }
            if (latencyFd >= 0) {
                FileIo.close((int) latencyFd);
            }
        }
    }
}
