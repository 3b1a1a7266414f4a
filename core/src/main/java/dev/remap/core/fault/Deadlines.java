// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.core.migrate.FailureAction;
import dev.remap.core.page.Mm;
import java.util.function.LongConsumer;

/**
 * The duty cycle of a thread that waits for nobody, and sees to it that others do not wait for ever for a tier that does not answer: pages
 * that have been fetched for longer than {@code maxStall} fail, and a fault thread that waits for long no longer has the turn.
 */
public final class Deadlines implements Runnable {
    private static final long PERIOD_MS = 20;

    private final FailureAction failures;
    private final LongConsumer turns;
    private final Mm mm;

    /** {@code turns} passes on the turns of threads that wait for long, at a time in nanoseconds; {@code mm} is this thread's. */
    public Deadlines(FailureAction failures, LongConsumer turns, Mm mm) {
        this.failures = failures;
        this.turns = turns;
        this.mm = mm;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MS);
                long nowNs = System.nanoTime();
                turns.accept(nowNs);
                failures.expireFetches(mm, nowNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
