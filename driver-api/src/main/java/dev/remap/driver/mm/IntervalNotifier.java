// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

import org.jspecify.annotations.Nullable;

/**
 * Tells a driver before pages that it has mapped change or move; Linux's {@code mmu_interval_notifier}, with its sequence rules:
 *
 * <pre>
 *   seq = notifier.readBegin(timeout)
 *   collect pages with Vma.rangeFault; may block
 *   lock
 *     if notifier.readRetry(seq): unlock, begin again
 *     program the device
 *   unlock
 * </pre>
 *
 * where {@link Callback#invalidate} takes the same lock. Thread-safe.
 */
public interface IntervalNotifier extends AutoCloseable {
    /** What happens to the pages. */
    enum Event {
        /** Pages are evicted or discarded. */
        CLEAR,
        /** {@code Region.protect} has changed what devices may do. */
        PROTECTION,
        /** A device migrates them; {@link Invalidation#owner} is that of {@link Vma#newMigration}. */
        MIGRATE,
        /** A device gets exclusive access, with an owner; or it is revoked, with null. */
        EXCLUSIVE,
        /** The region is gone: the last event. */
        RELEASE
    }

    /**
     * What is about to happen.
     *
     * @param notifier the one that is told
     * @param event what
     * @param first the first page, within the notifier's range
     * @param pages how many, within the notifier's range
     * @param owner who asked for it, if a device did
     * @param sequence what {@link #setSequence} is to be given
     */
    record Invalidation(
            IntervalNotifier notifier,
            Event event,
            long first,
            long pages,
            @Nullable Object owner,
            long sequence) {}

    /** The driver's part. */
    @FunctionalInterface
    interface Callback {
        /**
         * Under the driver's lock, calls {@link #setSequence} and forgets its mappings of the pages; when this returns the device uses none
         * of them. A driver may leave out MIGRATE and EXCLUSIVE events with its own owner, but not the sequence.
         *
         * <p>Called by the device's hook thread, one at a time. Reclaim and faults wait for it: it must not wait for pages, memory or a
         * lock that is held while somebody does. Budget: one second. A device whose callback overruns that or throws is given up: its
         * frames can be neither read nor written any more, no hook of it is called, and its pages come back or fail.
         */
        void invalidate(Invalidation invalidation);
    }

    /** The first page it watches. */
    long first();

    /** How many pages it watches. */
    long pages();

    /**
     * Begins to collect pages: waits while an invalidation of watched pages is under way.
     *
     * @return the sequence for {@link #readRetry}; -1 if time is up
     */
    long readBegin(long timeoutNs);

    /** Whether pages that were collected since {@link #readBegin} answered {@code sequence} may have changed. Under the driver's lock. */
    boolean readRetry(long sequence);

    /** The same without the lock, as a hint: true is certain, false is not. */
    boolean checkRetry(long sequence);

    /** To be called in each {@link Callback#invalidate}, under the driver's lock. */
    void setSequence(long sequence);

    /** Ends it: waits until running callbacks have returned, so no lock may be held that they take. Once. */
    @Override
    void close();
}
