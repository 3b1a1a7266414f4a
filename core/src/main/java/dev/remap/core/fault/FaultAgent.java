// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.linux.UffdPort;
import dev.remap.wire.LogHistogram;
import java.lang.foreign.MemorySegment;

/**
 * One fault thread's duty cycle: when it has the turn it reads faults and answers them one after the other. Before it waits for a slow tier
 * it leaves the turn, if others are likely to need it, and takes it again when the fault is answered.
 */
final class FaultAgent implements Runnable {
    private final int number;
    private final FaultTurn turn;
    private final FaultInbox inbox;
    private final UffdPort port;
    private final FaultHandler handler;
    private final MemorySegment[] histograms;
    private boolean hasTurn;
    /** Odd while a fault is being answered. Written by this thread only. */
    private volatile long rounds;

    FaultAgent(
            int number,
            FaultTurn turn,
            FaultInbox inbox,
            UffdPort port,
            FaultHandler handler,
            MemorySegment[] histograms) {
        this.number = number;
        this.turn = turn;
        this.inbox = inbox;
        this.port = port;
        this.handler = handler;
        this.histograms = histograms.clone();
        handler.beforeSlowFetch(this::leaveTurn);
    }

    /** Serves until the descriptor fails, which it does not while anybody holds it. */
    @Override
    public void run() {
        while (true) {
            turn.take(number);
            hasTurn = true;
            while (hasTurn) {
                if (inbox.isEmpty()) {
                    inbox.fill(port);
                } else {
                    serve();
                }
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void serve() {
        rounds++; // before the inbox counts it as taken: see FaultAgents.awaitQuiescent
        inbox.take();
        if (inbox.isPageFault()) {
            answer(inbox.address(), inbox.flags(), inbox.threadId(), inbox.readNs());
        }
        rounds++;
    }

    private void answer(long address, long flags, int threadId, long readNs) {
        int kind = handler.handle(address, flags);
        if (kind >= 0) {
            long stallNs = System.nanoTime() - readNs;
            LogHistogram.record(histograms[kind], stallNs);
            handler.countStall(stallNs, threadId, kind);
        }
    }

    private void leaveTurn() {
        if (inbox.isShared()) {
            hasTurn = false;
            turn.leave();
        }
    }

    long rounds() {
        return rounds;
    }
}
