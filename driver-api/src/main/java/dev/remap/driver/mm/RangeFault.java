// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

import org.jspecify.annotations.Nullable;

/**
 * A request to {@link Vma#rangeFault}; Linux's {@code struct hmm_range}. Filled by the driver, answered in {@link #pfns}. Confined to
 * one thread; can be used again.
 *
 * <p>What is asked for of page {@code i} is {@code (pfns[i] & flagsMask) | defaultFlags}. With neither request flag it is a snapshot, which
 * changes nothing.
 */
public final class RangeFault {
    /** Answer: the frame may be read. */
    public static final long VALID = 1L << 63;

    /** Answer, with {@link #VALID}: the frame may be written. */
    public static final long WRITE = 1L << 62;

    /** Answer: there is a page, or a lack of one, that no device may have. */
    public static final long ERROR = 1L << 61;

    /** Request: make it readable. */
    public static final long REQ_FAULT = VALID;

    /** Request, with {@link #REQ_FAULT}: make it writable. */
    public static final long REQ_WRITE = WRITE;

    private static final int ORDER_SHIFT = 56;
    private static final long ORDER_MASK = 0x1F;
    private static final long PFN_MASK = (1L << 40) - 1;

    /** How it ended. */
    public enum Result {
        /** All pages are answered. */
        DONE,
        /** {@code EBUSY}: the range was invalidated meanwhile, or time is up; begin again with {@code readBegin}. */
        BUSY,
        /** {@code EFAULT}: a page that was asked for is outside files, or may not be seen by devices. */
        FAULT,
        /** {@code EPERM}: a page was to be written that devices may only read. */
        PERMISSION,
        /** {@code EHWPOISON}: a page that was asked for has failed. */
        FAILED
    }

    /** The notifier that watches the range. */
    public final IntervalNotifier notifier;

    /** What it answered to {@code readBegin}. */
    public long sequence;

    /** The first page. */
    public long first;

    /** Requests, and then answers, one a page; as many as are asked for. */
    public long[] pfns = {};

    /** What is asked for of every page. */
    public long defaultFlags;

    /** Which flags of {@link #pfns} count as requests. */
    public long flagsMask;

    /** Whose device pages are answered as they are, and never faulted in; null for nobody's. */
    public @Nullable Object owner;

    /** How long to try, in nanoseconds; Linux's callers use a second. */
    public long timeoutNs = 1_000_000_000;

    /** A request about pages that {@code notifier} watches. */
    public RangeFault(IntervalNotifier notifier) {
        this.notifier = notifier;
    }

    /** The frame of an answer. */
    public static long pfn(long answer) {
        return answer & PFN_MASK;
    }

    /** Log2 of how many frames follow each other, and belong together, around the one of an answer. Pages are 4 KiB here: 0. */
    public static int order(long answer) {
        return (int) (answer >>> ORDER_SHIFT & ORDER_MASK);
    }
}
