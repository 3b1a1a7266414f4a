// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.linux.Errno;
import dev.remap.linux.UffdMessages;
import dev.remap.linux.UffdPort;
import dev.remap.linux.Userfaultfd;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.LogHistogram;
import java.lang.foreign.MemorySegment;

/**
 * The fault thread's duty cycle: a blocking read of the application's userfaultfd, then an answer to each fault in turn, without handing
 * it to another thread. A second thread would cost a wake-up, which is most of what a fault costs.
 */
public final class FaultAgent implements Runnable {
    private static final int MAX_FAULTS = 16;

    private final UffdPort port;
    private final FaultHandler handler;
    private final UffdMessages messages = new UffdMessages(MAX_FAULTS);
    /** Odd while faults are being served. Written by the fault thread only. */
    private volatile long rounds;

    private final MemorySegment[] histograms = new MemorySegment[CountersLayout.FAULT_KINDS];

    /** An agent over {@code uffd}, which stays the caller's. */
    public FaultAgent(int uffd, FaultHandler handler, MemorySegment counters) {
        port = new UffdPort(uffd);
        this.handler = handler;
        for (int kind = 0; kind < histograms.length; kind++) {
            histograms[kind] = counters.asSlice(CountersLayout.histogram(kind), LogHistogram.BYTES);
        }
    }

    /** Serves until the descriptor fails, which it does not while anybody holds it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    @Override
    public void run() {
        while (true) {
            long count = messages.fill(port);
            if (count < 0 && count != -Errno.EAGAIN) {
                throw new IllegalStateException("read(userfaultfd): " + Errno.name(count));
            }
            rounds++;
            serve((int) Math.max(0, count));
            rounds++;
        }
    }

    /**
     * Waits until this thread has looked up its regions anew: what was removed from the region table before is not used afterwards. For
     * other threads; returns at once while this one waits for faults.
     */
    public void awaitQuiescent() {
        long seen = rounds;
        while (seen % 2 != 0 && rounds == seen) {
            Thread.onSpinWait();
        }
    }

    /** The time of a fault that came with others counts what it waited for them. */
    private void serve(int count) {
        long readNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int kind = messages.event(i) == Userfaultfd.UFFD_EVENT_PAGEFAULT
                    ? handler.handle(messages.address(i), messages.flags(i))
                    : -1;
            if (kind >= 0) {
                long stallNs = System.nanoTime() - readNs;
                LogHistogram.record(histograms[kind], stallNs);
                handler.countStall(stallNs, messages.threadId(i), kind);
            }
        }
    }
}
