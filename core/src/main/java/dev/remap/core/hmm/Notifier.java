// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.memremap.BoundDevice;
import dev.remap.driver.mm.IntervalNotifier;
import org.jspecify.annotations.Nullable;

/** A device's watch over pages of a region. Its sequence is odd, always; that of the region is, while something is being invalidated. */
final class Notifier implements IntervalNotifier {
    private static final long CALLBACK_NS = 1_000_000_000;

    private final RegionMirrors mirrors;
    private final BoundDevice device;
    private final long first;
    private final long pages;
    private final Callback callback;
    private volatile long sequence;

    Notifier(RegionMirrors mirrors, BoundDevice device, long first, long pages, Callback callback, long sequence) {
        this.mirrors = mirrors;
        this.device = device;
        this.first = first;
        this.pages = pages;
        this.callback = callback;
        this.sequence = sequence;
    }

    BoundDevice device() {
        return device;
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long pages() {
        return pages;
    }

    boolean overlaps(long start, long count) {
        return start < first + pages && first < start + count;
    }

    /** Tells the driver; returns when it has, or has been given up. */
    void invalidate(Event event, long start, long count, @Nullable Object owner, long now) {
        long from = Math.max(start, first);
        long to = Math.min(start + count, first + pages);
        Invalidation invalidation = new Invalidation(this, event, from, to - from, owner, now);
        device.call("invalidate", CALLBACK_NS, () -> {
            callback.invalidate(invalidation);
            if (sequence != now) {
                throw new IllegalStateException("the callback did not set the sequence");
            }
        });
    }

    @Override
    public long readBegin(long timeoutNs) {
        return mirrors.readBegin(this, timeoutNs);
    }

    long sequence() {
        return sequence;
    }

    @Override
    public boolean readRetry(long since) {
        return sequence != since;
    }

    @Override
    public boolean checkRetry(long since) {
        return sequence != since;
    }

    @Override
    public void setSequence(long value) {
        sequence = value;
    }

    @Override
    public void close() {
        mirrors.remove(this);
    }
}
