// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import com.sun.management.ThreadMXBean;
import dev.remap.linux.CpuDmaLatency;
import dev.remap.linux.FileIo;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.LogHistogram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What must be looked at now and then: holds the CPUs' wake-up latency down while faults are frequent, and publishes what the manager
 * itself costs. While {@code /dev/cpu_dma_latency} is held at 0 an idle CPU does not halt, and a fault that has to wake one takes 15 us
 * instead of 60.
 */
final class Housekeeper implements Runnable {
    private static final System.Logger LOG = System.getLogger(Housekeeper.class.getName());
    private static final long PERIOD_MS = 50;
    private static final long FREQUENT_FAULTS_A_PERIOD = 25;
    private static final int QUIET_PERIODS = 20;
    private static final int NOT_HELD = -1;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final MemorySegment counters;
    private final long[] faultThreads;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SafepointClock safepoints = new SafepointClock();
    private boolean mayHold;
    private int heldFd = NOT_HELD;
    private long heldSinceNs;
    private long heldBeforeNs;
    private long lastFaults;
    private int quietPeriods;

    Housekeeper(MemorySegment counters, List<Thread> faultThreads, boolean mayHold) {
        this.counters = counters;
        this.faultThreads = faultThreads.stream().mapToLong(Thread::threadId).toArray();
        this.mayHold = mayHold;
    }

    @Override
    public void run() {
        try {
            while (true) {
                beat();
                Thread.sleep(PERIOD_MS);
                followFaultRate();
                long allocated = LongStream.of(threads.getThreadAllocatedBytes(faultThreads))
                        .sum();
                set(CountersLayout.FAULT_THREAD_ALLOCATED_BYTES, allocated);
                set(CountersLayout.LONGEST_SAFEPOINT_NS, safepoints.longestNs());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the standby goes by: a clock that a change of the date does not move. */
    private void beat() {
        LONG.setVolatile(counters, CountersLayout.HEARTBEAT_NS, System.nanoTime());
    }

    private void followFaultRate() {
        long faults = 0;
        for (int kind = 0; kind < CountersLayout.FAULT_KINDS; kind++) {
            faults += LogHistogram.count(counters.asSlice(CountersLayout.histogram(kind), LogHistogram.BYTES));
        }
        boolean frequent = faults - lastFaults >= FREQUENT_FAULTS_A_PERIOD;
        lastFaults = faults;
        quietPeriods = frequent ? 0 : quietPeriods + 1;
        if (frequent && heldFd == NOT_HELD && mayHold) {
            hold();
        } else if (heldFd != NOT_HELD && quietPeriods >= QUIET_PERIODS) {
            release();
        }
        long holding = heldFd == NOT_HELD ? 0 : System.nanoTime() - heldSinceNs;
        set(CountersLayout.CPU_LATENCY_HELD_NS, heldBeforeNs + holding);
    }

    private void hold() {
        long fd = CpuDmaLatency.acquire(0);
        if (fd < 0) {
            mayHold = false;
            LOG.log(System.Logger.Level.DEBUG, "/dev/cpu_dma_latency cannot be held: {0}", fd);
            return;
        }
        heldFd = (int) fd;
        heldSinceNs = System.nanoTime();
    }

    private void release() {
        FileIo.close(heldFd);
        heldFd = NOT_HELD;
        heldBeforeNs += System.nanoTime() - heldSinceNs;
    }

    private void set(long counter, long value) {
        counters.set(ValueLayout.JAVA_LONG, counter, value);
    }
}
