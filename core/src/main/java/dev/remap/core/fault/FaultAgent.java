// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.linux.UffdPort;
import dev.remap.wire.LogHistogram;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One fault thread's duty cycle: when it has the turn it reads faults and answers them one after the other. Before it waits for a slow tier
 * it leaves the turn, if others are likely to need it, and takes it again when the fault is answered. If it has kept the turn and the tier
 * takes long, another thread passes the turn on: {@link Deadlines}.
 */
final class FaultAgent implements Runnable {
    /** A disk has answered by then, unless something is wrong with it. */
    private static final long LONG_WAIT_NS = 20_000_000;

    private final int number;
    private final FaultTurn turn;
    private final FaultInbox inbox;
    private final UffdPort port;
    private final FaultHandler handler;
    private final MemorySegment[] histograms;
    private final CpuFollower follower;
    private boolean hasTurn;
    /** While this thread waits for a slow tier with the turn: the number of that wait, for whoever would pass the turn on. */
    private final AtomicLong offer = new AtomicLong();

    private long offers;
    private boolean hasOffered;
    private long seenOffer;
    private long seenNs;
    /** Odd while a fault is being answered. Written by this thread only. */
    private volatile long rounds;

    FaultAgent(
            int number,
            FaultTurn turn,
            FaultInbox inbox,
            UffdPort port,
            FaultHandler handler,
            MemorySegment[] histograms,
            CpuFollower follower) {
        this.number = number;
        this.turn = turn;
        this.inbox = inbox;
        this.port = port;
        this.handler = handler;
        this.histograms = histograms.clone();
        this.follower = follower;
        handler.beforeSlowFetch(this::leaveTurn);
    }

    /** Serves until there will be no more faults, or the descriptor fails, which it does not while anybody holds it. */
    @Override
    public void run() {
        boolean ended = false;
        while (!ended) {
            turn.take(number);
            hasTurn = true;
            while (hasTurn && !ended) {
                if (!inbox.isEmpty()) {
                    serve();
                } else if (inbox.hasEnded()) {
                    ended = true;
                } else {
                    inbox.fill(port);
                }
            }
        }
        turn.leave(); // to the next one, which ends as well
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
        withdraw();
        if (kind >= 0) {
            long stallNs = System.nanoTime() - readNs;
            LogHistogram.record(histograms[kind], stallNs);
            handler.countStall(stallNs, threadId, kind);
            follower.answered(threadId);
        }
    }

    private void leaveTurn() {
        if (inbox.isShared()) {
            hasTurn = false;
            turn.leave();
        } else {
            hasOffered = true;
            offer.set(++offers);
        }
    }

    /** The wait is over; the turn is another's if it was passed on. */
    private void withdraw() {
        if (hasOffered) {
            hasOffered = false;
            hasTurn = offer.compareAndSet(offers, 0);
        }
    }

    /** Passes the turn of a thread that has waited for a tier for long on to another. For one other thread, often. */
    void passTurn(long nowNs) {
        long now = offer.get();
        if (now != seenOffer) {
            seenOffer = now;
            seenNs = nowNs;
        } else if (now != 0 && nowNs - seenNs >= LONG_WAIT_NS && offer.compareAndSet(now, 0)) {
            turn.leave();
        }
    }

    long rounds() {
        return rounds;
    }
}
