// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static dev.remap.linux.Userfaultfd.UFFD_PAGEFAULT_FLAG_WP;
import static dev.remap.linux.Userfaultfd.UFFD_PAGEFAULT_FLAG_WRITE;

import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.Pressure;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.page.TouchTrace;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fault table: what answers a fault on a page in each state.
 *
 * <table>
 *   <caption>Answers</caption>
 *   <tr><th>word</th><th>answer</th></tr>
 *   <tr><td>ABSENT</td><td>bring it in, and what follows if the faults have a pattern: {@link #promote}</td></tr>
 *   <tr><td>PRESENT</td><td>map it writable; map what follows if the faults are in order</td></tr>
 *   <tr><td>CLEAN</td><td>read: map it write-protected; write: give up the copy below, map it writable</td></tr>
 *   <tr><td>DEMOTING</td><td>take it back from reclaim, map it writable</td></tr>
 *   <tr><td>LOCKED, PUNCHING</td><td>nothing: whoever owns the page wakes it when its word has changed, and the touch comes again</td></tr>
 *   <tr><td>FAILED</td><td>the region's failure policy</td></tr>
 * </table>
 *
 * <p>The kernel's kind of event (missing, minor, write-protect) says only whether the page must become writable: between the event and
 * its reading the page may have moved, and the word is what counts. Where memory is short the fault goes to the reclaim agent.
 *
 * <p>Confined to one thread, which has the turn when it calls {@link #handle}, and may leave it before it waits for a slow tier: what is
 * common to all threads' faults is done with before that. Blocks on nobody but tiers; allocates nothing while pages can be served.
 */
public final class FaultHandler {
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final int ATTEMPTS = 64;
    private static final int NOT_SERVED = -1;
    private static final int BYPASSED_A_WAKE = 16;

    private final RegionTable regions;
    private final Mm mm;
    private final Promoter promoter;
    private final ResidentMapper mapper;
    private final FailureAction failureAction;
    private final DeferredFaults deferred;
    private final Pressure pressure;
    private final FaultStreams streams;
    private Runnable beforeSlowFetch = () -> {};
    private final TouchTrace trace;
    private int bypassed;
    /** The stream of the promotion that is going on has been told what will come of it, and the turn may be another's. */
    private boolean isSettled;

    private @Nullable PagedRegion lastRegion;
    private long lastPage;
    private int lastTier;

    /** A handler for one fault thread; {@code mm} and {@code promoter} are that thread's, {@code streams} are all threads'. */
    public FaultHandler(
            RegionTable regions,
            Mm mm,
            Promoter promoter,
            ResidentMapper mapper,
            FailureAction failureAction,
            DeferredFaults deferred,
            Pressure pressure,
            FaultStreams streams) {
        this.regions = regions;
        trace = regions.trace();
        this.mm = mm;
        this.promoter = promoter;
        this.mapper = mapper;
        this.failureAction = failureAction;
        this.deferred = deferred;
        this.pressure = pressure;
        this.streams = streams;
        promoter.beforeSlowFetch(this::settle);
    }

    /** Sets what is done before a wait for a slow tier: with the turn, for the last time if it is left. */
    void beforeSlowFetch(Runnable action) {
        beforeSlowFetch = action;
    }

    /**
     * Answers one fault.
     *
     * @return the kind of fault, of {@link CountersLayout}, or -1 if it was left to somebody else
     */
    public int handle(long address, long flags) {
        PagedRegion region = regions.at(address);
        if (region == null) {
            mm.wake(address & -PAGE, PAGE);
            return NOT_SERVED;
        }
        long page = region.page(address);
        isSettled = false;
        for (int attempt = 0; attempt < ATTEMPTS && !isSettled; attempt++) {
            long word = region.table().get(page);
            int result = answer(region, page, word, flags, attempt == 0);
            if (result != Promoter.CHANGED && result != Promoter.GONE) {
                lastRegion = region;
                lastPage = page;
                lastTier = PageWord.tier(word);
                return served(region, page, word, flags, result);
            }
        }
        mm.wake(region.address(page), PAGE);
        return NOT_SERVED;
    }

    /** Counts how long the touch has waited whose fault was answered last. */
    void countStall(long stallNs, int threadId, int kind) {
        PagedRegion region = lastRegion;
        if (region != null) {
            region.counters().stalled(stallNs, lastPage * PAGE, threadId, kind, lastTier);
        }
    }

    private int answer(PagedRegion region, long page, long word, long flags, boolean first) {
        return switch (PageWord.state(word)) {
            case PageWord.ABSENT -> promote(region, page, isWrite(flags), first);
            case PageWord.PRESENT -> first ? mapPresent(region, page, word, flags) : mapOne(region, page, word, flags);
            case PageWord.CLEAN, PageWord.DEMOTING -> mapOne(region, page, word, flags);
            case PageWord.FAILED -> failureAction.touched(region, page, word, mm) ? Promoter.FAILED : Promoter.CHANGED;
            default -> 0;
        };
    }

    private static boolean isWrite(long flags) {
        return (flags & (UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP)) != 0;
    }

    private static boolean isWriteProtect(long flags) {
        return (flags & UFFD_PAGEFAULT_FLAG_WP) != 0;
    }

    /** Only the first attempt asks how many: a repeated one would double the window without having earned it. */
    private int promote(PagedRegion region, long page, boolean write, boolean first) {
        ReadAhead missing = streams.of(region).missing();
        int advice = region.advice().get(page);
        int wanted = first ? missing.count(page, advice) : 1;
        int step = missing.step();
        int most = Math.min(wanted, pagesLeft(region, page, step));
        lastRegion = region;
        lastPage = page;
        int done = promoter.promote(region, page, most, step, write);
        if (!isSettled) {
            settle(region, page, done);
        }
        if (done > 1) {
            region.counters().add(CountersLayout.REGION_READ_AHEAD_PAGES, done - 1);
        }
        if (done == Promoter.NO_ROOM) {
            defer(region, page);
        } else if (done > 0) {
            taken(advice);
        }
        return done;
    }

    /** Called by the promoter when {@code pages} are about to be fetched from a slow tier. */
    private void settle(int pages) {
        settle(Objects.requireNonNull(lastRegion), lastPage, pages);
        isSettled = true;
        beforeSlowFetch.run();
    }

    private void settle(PagedRegion region, long page, int done) {
        ReadAhead missing = streams.of(region).missing();
        int step = missing.step();
        int passed = done > 0 && missing.follows() ? passed(region, page + (long) done * step, step) : 0;
        missing.done(page, Math.max(0, done), passed);
        long wasted = missing.takeWasted();
        if (wasted > 0) {
            region.counters().add(CountersLayout.REGION_READ_AHEAD_WASTED, wasted);
        }
    }

    /** How many pages there are from {@code page} on, in a region, at distances of {@code step}. */
    private static int pagesLeft(PagedRegion region, long page, int step) {
        long left = step > 0 ? (region.pages() - 1 - page) / step : page / -step;
        return (int) Math.min(left + 1, ReadAhead.MAX_WINDOW);
    }

    /** How many pages from {@code page} on are in DRAM already: the next fault of a stream comes on the one after them. */
    private static int passed(PagedRegion region, long page, int step) {
        long at = page;
        int count = 0;
        while (count < ReadAhead.MAX_WINDOW
                && at >= 0
                && at < region.pages()
                && PageWord.isResident(region.table().get(at))) {
            at += step;
            count++;
        }
        return count;
    }

    /** What bypasses memory must leave again before it adds up, however much memory there is. */
    private void taken(int advice) {
        if (advice == AdviceCode.BYPASS && ++bypassed % BYPASSED_A_WAKE == 0) {
            pressure.missing();
        } else {
            pressure.taken();
        }
    }

    private void defer(PagedRegion region, long page) {
        region.counters().add(CountersLayout.REGION_DEFERRED_FAULTS, 1);
        if (!deferred.offer(region.pageId(page))) {
            mm.wake(region.address(page), PAGE);
        }
        pressure.missing();
    }

    private int mapPresent(PagedRegion region, long page, long word, long flags) {
        if (isWriteProtect(flags)) {
            return mapOne(region, page, word, flags);
        }
        ReadAhead minor = streams.of(region).minor();
        int window = minor.count(page, region.advice().get(page));
        if (window > 1 && minor.step() == 1) {
            int mapped = mapper.mapRun(region, page, window);
            minor.done(page, Math.max(1, mapped), 0);
            if (mapped > 0) {
                region.reference(page);
                return 1;
            }
        } else {
            minor.done(page, 1, 0);
        }
        return mapOne(region, page, word, flags);
    }

    private int mapOne(PagedRegion region, long page, long word, long flags) {
        region.reference(page);
        return mapper.map(region, page, word, isWrite(flags), isWriteProtect(flags));
    }

    private int served(PagedRegion region, long page, long word, long flags, int result) {
        if (result <= 0) {
            return NOT_SERVED;
        }
        trace.touched(region.pageId(page), PageWord.state(word) != PageWord.ABSENT);
        int kind = kind(region, word, flags);
        region.counters().fault(kind);
        return kind;
    }

    private static int kind(PagedRegion region, long word, long flags) {
        if (PageWord.state(word) != PageWord.ABSENT) {
            return isWriteProtect(flags) ? CountersLayout.FAULT_WRITE_PROTECT : CountersLayout.FAULT_MINOR;
        }
        int tier = PageWord.tier(word);
        if (region.isEmpty(tier)) {
            return CountersLayout.FAULT_ZERO_FILL;
        }
        return PageWord.isFill(tier) ? CountersLayout.FAULT_SAME_FILLED : CountersLayout.FAULT_FETCH;
    }
}
