// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import dev.remap.wire.Taint;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What has tainted a manager, when and why. Only ever grows: what a driver did to a process is not undone by unloading it. Thread-safe.
 */
public final class TaintLedger {
    private static final System.Logger LOG = System.getLogger(TaintLedger.class.getName());

    /** One taint by one driver. */
    public record Entry(Taint taint, String driver, String cause, Instant at) {
        @Override
        public String toString() {
            return taint.letter() + " " + at.truncatedTo(ChronoUnit.SECONDS) + " " + driver + ": " + cause;
        }
    }

    private final Clock clock;
    private final LongConsumer published;
    private final List<Entry> entries = new ArrayList<>();
    private volatile long mask;

    /** Without a taint; the mask goes to {@code published} whenever it changes. */
    public TaintLedger(Clock clock, LongConsumer published) {
        this.clock = clock;
        this.published = published;
    }

    /** Adds a taint, unless the same driver has caused it before. */
    public synchronized void add(Taint taint, String driver, String cause) {
        boolean known = entries.stream().anyMatch(entry -> entry.taint == taint && entry.driver.equals(driver));
        if (known) {
            return;
        }
        Entry entry = new Entry(taint, driver, cause, clock.instant());
        entries.add(entry);
        mask |= taint.bit();
        published.accept(mask);
        LOG.log(System.Logger.Level.WARNING, "tainted: {0}", entry);
    }

    /** Adds what a former manager has left of this one's taints. */
    public synchronized void inherit(long formerMask) {
        mask |= formerMask;
        published.accept(mask);
    }

    /** Bits of {@link Taint}. */
    public long mask() {
        return mask;
    }

    /** All there is, the oldest first. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** A message of a failure, with what a reader has to know of this manager. */
    public String mark(String message) {
        long now = mask;
        return now == 0 ? message : message + " [the manager is tainted: " + Taint.letters(now) + "]";
    }
}
