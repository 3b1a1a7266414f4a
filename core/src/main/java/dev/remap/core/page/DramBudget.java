// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.driver.PageAccount;
import dev.remap.wire.CountersLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The DRAM that regions and tiers together may use, in pages. Every page is charged before it is taken and uncharged after it has been
 * given back, so the limit is never exceeded, but by pages that a takeover has found lent to devices ({@link #chargeReturned}). It may
 * change at any time, by {@link #limit(long)} or by a broker that writes it to the counters; a limit that falls below what is in use is
 * kept as soon as reclaim has freed the rest.
 *
 * <pre>
 *  0                                        limit - reserve - high - low       limit - reserve      limit
 *  |-------------- in use -------------------------|------- reclaim runs -------------|-- reserve --|
 * </pre>
 *
 * <p>Faults may not use the reserve: it is what reclaim needs to move pages into a tier that is itself DRAM, as
 * {@code PF_MEMALLOC} is in Linux. Tiers may not use so much that fewer than a minimum of pages could be resident. Thread-safe, never
 * blocks, allocates nothing.
 */
public final class DramBudget implements PageAccount {
    /** Pages kept for reclaim: a batch of victims that do not get smaller, and some slack. */
    public static final long RESERVE_PAGES = 128;

    private static final long MIN_WATERMARK_PAGES = 64;
    private static final long MIN_RESIDENT_PAGES = 512;

    /** The smallest limit that leaves room to work. */
    public static final long MIN_LIMIT_PAGES = RESERVE_PAGES + 2 * MIN_WATERMARK_PAGES + MIN_RESIDENT_PAGES + 256;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final AtomicLong pinned = new AtomicLong();
    /** By how much use may exceed the limit for now. */
    private final AtomicLong allowance = new AtomicLong();

    private final MemorySegment counters;
    private volatile long excess = Long.MAX_VALUE;

    /**
     * A budget of {@code limitPages}; current use is kept in the shared counters, so that everybody can see it.
     *
     * @throws IllegalArgumentException if it is below {@link #MIN_LIMIT_PAGES}; the message has the arithmetic
     */
    public DramBudget(MemorySegment counters, long limitPages) {
        if (limitPages < MIN_LIMIT_PAGES) {
            throw new IllegalArgumentException(arithmetic(limitPages));
        }
        this(counters);
        LONG.setVolatile(counters, CountersLayout.BUDGET_PAGES, limitPages);
    }

    private DramBudget(MemorySegment counters) {
        this.counters = counters;
    }

    /** The budget that another manager keeps in these counters, with the limit that it has there. */
    public static DramBudget of(MemorySegment counters) {
        return new DramBudget(counters);
    }

    /**
     * Changes the limit. What is in use beyond a lower one is taken back by reclaim, for which nobody waits here: until then nothing more
     * is charged.
     *
     * @throws IllegalArgumentException if it is below {@link #MIN_LIMIT_PAGES}; the message has the arithmetic
     */
    public void limit(long limitPages) {
        if (limitPages < MIN_LIMIT_PAGES) {
            throw new IllegalArgumentException(arithmetic(limitPages));
        }
        LONG.setVolatile(counters, CountersLayout.BUDGET_PAGES, limitPages);
    }

    /** Why a limit is too small, in figures. */
    public static String arithmetic(long limitPages) {
        return "a DRAM budget of " + limitPages * 4 + " KiB is too small to work with: " + RESERVE_PAGES * 4
                + " KiB reserve for reclaim + " + 2 * MIN_WATERMARK_PAGES * 4 + " KiB between the watermarks + "
                + MIN_RESIDENT_PAGES * 4 + " KiB resident pages + 1024 KiB for compressed pages = "
                + MIN_LIMIT_PAGES * 4 + " KiB at least";
    }

    /** Charges pages that a fault or load brings in; all or nothing. Leaves the reserve alone. */
    public boolean tryChargeResident(long pages) {
        return tryCharge(CountersLayout.USED_PAGES, pages, limit() - RESERVE_PAGES + allowance.get());
    }

    /** Gives back resident pages after they have been punched. */
    public void unchargeResident(long pages) {
        add(CountersLayout.USED_PAGES, -pages);
        reduceAllowance(pages);
    }

    @Override
    public boolean tryCharge(long pages) {
        if (!tryCharge(CountersLayout.TIER_PAGES, pages, tierLimit())) {
            return false;
        }
        if (tryCharge(CountersLayout.USED_PAGES, pages, most())) {
            return true;
        }
        add(CountersLayout.TIER_PAGES, -pages);
        return false;
    }

    @Override
    public void chargeAdopted(long pages) {
        add(CountersLayout.TIER_PAGES, pages);
        add(CountersLayout.USED_PAGES, pages);
    }

    /** Charges pages that were resident when the former manager died. */
    public void chargeAdoptedResident(long pages) {
        add(CountersLayout.USED_PAGES, pages);
    }

    /**
     * Charges pages that were in DRAM all along, but lent to a device that has ended with the former manager, whatever room there is.
     * Faults need not wait until reclaim has made that room: use may exceed the limit by as much for now, and by less with every page that
     * is given back, of which faults may have every other one.
     */
    public void chargeReturned(long pages) {
        allowance.addAndGet(pages);
        add(CountersLayout.USED_PAGES, pages);
    }

    private void reduceAllowance(long given) {
        long now = allowance.get();
        while (now > 0) {
            long next = aboveHigh() ? 0 : Math.max(0, now - (given + 1) / 2);
            if (allowance.compareAndSet(now, next)) {
                return;
            }
            now = allowance.get();
        }
    }

    /** Forgets what a former manager had charged, before what is there is adopted. */
    public void clear() {
        allowance.set(0);
        LONG.setVolatile(counters, CountersLayout.USED_PAGES, 0L);
        LONG.setVolatile(counters, CountersLayout.TIER_PAGES, 0L);
    }

    @Override
    public void uncharge(long pages) {
        add(CountersLayout.USED_PAGES, -pages);
        add(CountersLayout.TIER_PAGES, -pages);
    }

    /**
     * The pages that tiers should not exceed for long where another tier is below them: half the limit, and less than they may have at
     * most, so that there is room for the newest victims.
     */
    public long tierShare() {
        long most = tierLimit();
        return Math.min(limit() / 2, most - most / 8);
    }

    /** Counts pages as pinned, all or nothing; a page that two pins cover counts twice. At most half the limit may be pinned. */
    public boolean tryPin(long pages) {
        while (true) {
            long now = pinned.get();
            if (now + pages > limit() / 2) {
                return false;
            }
            if (pinned.compareAndSet(now, now + pages)) {
                return true;
            }
        }
    }

    /** Counts pages that the application had pinned when the former manager died. */
    public void pinAdopted(long pages) {
        pinned.addAndGet(pages);
    }

    /** Undoes {@link #tryPin}. */
    public void unpin(long pages) {
        pinned.addAndGet(-pages);
    }

    /** Pages that faults could take now. */
    public long available() {
        return free() + allowance.get();
    }

    /** Whether reclaim must start: fewer pages are free than the low watermark. */
    public boolean belowLow() {
        return free() < watermark();
    }

    /** Whether reclaim may stop. */
    public boolean aboveHigh() {
        return free() >= 2 * watermark();
    }

    /** Pages within the limit that nobody uses, but for the reserve; less than none where use exceeds it. */
    private long free() {
        return limit() - RESERVE_PAGES - used();
    }

    /** The limit, in pages. */
    public long limit() {
        return (long) LONG.getVolatile(counters, CountersLayout.BUDGET_PAGES);
    }

    /** Resident pages and pages of tiers, now. */
    public long used() {
        return (long) LONG.getVolatile(counters, CountersLayout.USED_PAGES);
    }

    /** Pages of tiers, now. */
    public long tierPages() {
        return (long) LONG.getVolatile(counters, CountersLayout.TIER_PAGES);
    }

    /** The most pages that could be resident at once, given what tiers use now. */
    public long residentLimit() {
        return limit() - RESERVE_PAGES - 2 * watermark() - tierPages();
    }

    private long watermark() {
        return Math.max(MIN_WATERMARK_PAGES, Math.min(limit() / 64, 4096));
    }

    private long tierLimit() {
        long limit = limit();
        return limit - RESERVE_PAGES - Math.max(MIN_RESIDENT_PAGES, limit / 16);
    }

    /**
     * What use may come to while pages move into tiers. The limit; but where that has been lowered below what is in use, the least that has
     * been seen in use since, and the reserve, without which nothing could get smaller. What faults may take beyond the limit is added.
     */
    private long most() {
        long limit = limit();
        long used = used();
        if (used <= limit) {
            excess = Long.MAX_VALUE;
            return limit + allowance.get();
        }
        excess = Math.min(excess, used);
        return excess + RESERVE_PAGES + allowance.get();
    }

    private void add(long counter, long delta) {
        long _ = (long) LONG.getAndAdd(counters, counter, delta);
    }

    private boolean tryCharge(long counter, long pages, long most) {
        while (true) {
            long now = (long) LONG.getVolatile(counters, counter);
            if (now + pages > most) {
                return false;
            }
            if (LONG.compareAndSet(counters, counter, now, now + pages)) {
                if (counter == CountersLayout.USED_PAGES) {
                    raisePeak(now + pages);
                }
                return true;
            }
        }
    }

    private void raisePeak(long used) {
        long peak = (long) LONG.getVolatile(counters, CountersLayout.PEAK_PAGES);
        while (used > peak && !LONG.compareAndSet(counters, CountersLayout.PEAK_PAGES, peak, used)) {
            peak = (long) LONG.getVolatile(counters, CountersLayout.PEAK_PAGES);
        }
    }
}
