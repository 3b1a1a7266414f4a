// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.linux.CpuAffinity;
import dev.remap.linux.ThreadCpu;
import java.util.Arrays;

/**
 * Keeps a fault thread on the CPU of the thread whose faults it answers, as long as that is one thread: the two never run at the same
 * time, and a wake-up on another CPU is an interrupt there, which a virtual machine pays for with an exit, and often a wait for whatever
 * else runs there. When another thread faults the scheduler decides again.
 *
 * <p>It looks once in {@value #STREAK} faults: a look is a read of {@code /proc}, a few microseconds. A thread of another pid namespace is
 * not found there, and not followed. Confined to the fault thread; allocates only when it begins to follow another thread.
 */
final class CpuFollower {
    /** Faults of one thread, one after the other, before it is looked at, and from one look to the next. */
    static final int STREAK = 64;

    private static final int CPUS_A_WORD = Long.SIZE;
    private static final int MAX_WORDS = 64;
    private static final int ANY = -1;

    private final int process;
    private final ThreadCpu thread = new ThreadCpu();
    private final long[] allowed = new long[MAX_WORDS];
    private final long[] one = new long[MAX_WORDS];
    private final long[] now = new long[MAX_WORDS];
    private int followed;
    private int streak;
    private boolean isOpen;
    private boolean isLost;
    private int cpu = ANY;

    /** A follower of the threads of {@code process}. */
    CpuFollower(int process) {
        this.process = process;
    }

    /** A fault of a thread has been answered. */
    void answered(int threadId) {
        if (threadId != followed) {
            release();
            followed = threadId;
            streak = 0;
            isLost = false;
        } else if (++streak % STREAK == 0 && !isLost) {
            isLost = !follow();
        }
    }

    /** False if that is not possible, now or later. */
    private boolean follow() {
        if (!isOpen) {
            isOpen = thread.open(process, followed) >= 0;
        }
        int where = isOpen ? thread.cpu() : ANY;
        if (where == cpu) {
            return where != ANY;
        }
        if (where < 0 || where >= MAX_WORDS * CPUS_A_WORD) {
            release();
            return false;
        }
        if (cpu == ANY && CpuAffinity.get(0, allowed) < 0) {
            return false;
        }
        if ((allowed[where / CPUS_A_WORD] >>> where & 1) == 0) { // of a cpuset that is not this process's
            release();
            return false;
        }
        if (cpu >= 0) {
            one[cpu / CPUS_A_WORD] = 0;
        }
        one[where / CPUS_A_WORD] = 1L << where;
        if (CpuAffinity.set(0, one) < 0) {
            release();
            return false;
        }
        cpu = where;
        return true;
    }

    /** Lets the thread run where it might before. */
    private void release() {
        if (cpu >= 0) {
            if (CpuAffinity.get(0, now) >= 0 && Arrays.equals(now, one)) { // else an operator wants something else
                CpuAffinity.set(0, allowed); // of which a cpuset that became smaller meanwhile leaves fewer
            }
            one[cpu / CPUS_A_WORD] = 0;
            cpu = ANY;
        }
        if (isOpen) {
            isOpen = false;
            thread.close();
        }
    }
}
