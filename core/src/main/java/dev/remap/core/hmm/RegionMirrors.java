// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.memremap.BoundDevice;
import dev.remap.core.page.Mirrors;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.driver.mm.IntervalNotifier.Event;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The notifiers of one region, with the collision-retry rules of Linux's {@code mmu_interval_notifier}: the region's sequence is odd while
 * at least one invalidation is under way, and every one of them moves the sequence of the notifiers it concerns. Thread-safe; callbacks run
 * without the lock.
 */
final class RegionMirrors implements Mirrors {
    private static final Notifier[] NONE = {};
    private static final long REMOVE_NS = 10_000_000_000L;

    private final long regionPages;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private volatile Notifier[] notifiers = NONE;
    /** Guarded by the lock, as what follows. */
    private long sequence = 2;

    private int underWay;
    private boolean closed;

    RegionMirrors(long regionPages) {
        this.regionPages = regionPages;
    }

    @Override
    public boolean isEmpty() {
        return notifiers.length == 0;
    }

    Notifier insert(BoundDevice device, long first, long pages, IntervalNotifier.Callback callback) {
        if (pages <= 0 || first < 0 || first > regionPages - pages) {
            throw new IllegalArgumentException(
                    "pages " + first + " + " + pages + " of a region that has " + regionPages);
        }
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the region is being closed");
            }
            boolean invalidating = underWay > 0;
            Notifier notifier =
                    new Notifier(this, device, first, pages, callback, invalidating ? sequence : sequence - 1);
            Notifier[] next = Arrays.copyOf(notifiers, notifiers.length + 1);
            next[next.length - 1] = notifier;
            notifiers = next;
            return notifier;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void invalidate(Event event, long first, long pages, @Nullable Object owner) {
        if (isEmpty()) {
            return; // whoever comes now finds the word, which was changed before
        }
        long now;
        Notifier[] told;
        lock.lock();
        try {
            if (underWay++ == 0) {
                sequence++;
            }
            now = sequence;
            told = notifiers;
        } finally {
            lock.unlock();
        }
        try {
            for (Notifier notifier : told) {
                if (notifier.overlaps(first, pages)) {
                    notifier.invalidate(event, first, pages, owner, now);
                }
            }
        } finally {
            end();
        }
    }

    private void end() {
        lock.lock();
        try {
            if (--underWay == 0) {
                sequence++;
                ended.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits while the notifier is being invalidated; answers its sequence, or -1 if time is up. */
    long readBegin(Notifier notifier, long timeoutNs) {
        long deadlineNs = System.nanoTime() + timeoutNs;
        lock.lock();
        try {
            while (underWay > 0 && notifier.sequence() == sequence) {
                long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return -1;
                }
                await(leftNs);
            }
            return notifier.sequence();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // in those of its callers
    private void await(long ns) {
        boolean interrupted = Thread.interrupted();
        try {
            long left = ended.awaitNanos(ns);
            assert left <= ns;
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void remove(Notifier notifier) {
        long deadlineNs = System.nanoTime() + REMOVE_NS;
        lock.lock();
        try {
            take(notifier);
            while (underWay > 0 && System.nanoTime() - deadlineNs < 0) {
                await(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } finally {
            lock.unlock();
        }
    }

    private void take(Notifier notifier) {
        notifiers = Arrays.stream(notifiers).filter(other -> other != notifier).toArray(Notifier[]::new);
    }

    /** Drops the notifiers of a device; waits for nobody. */
    void forget(BoundDevice device) {
        lock.lock();
        try {
            notifiers = Arrays.stream(notifiers)
                    .filter(notifier -> notifier.device() != device)
                    .toArray(Notifier[]::new);
        } finally {
            lock.unlock();
        }
    }

    /** How many pages a device watches, by its notifiers. */
    long watched(BoundDevice device) {
        return Arrays.stream(notifiers)
                .filter(notifier -> notifier.device() == device)
                .mapToLong(Notifier::pages)
                .sum();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        invalidate(Event.RELEASE, 0, regionPages, null);
        notifiers = NONE;
    }
}
