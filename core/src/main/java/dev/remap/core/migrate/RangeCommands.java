// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PageFailures;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.Tier;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.linux.Errno;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;

/**
 * What an application asks for by name rather than by touch: load, pin, discard, repair. Confined to one thread, which waits where
 * a page is in other hands or memory is short, up to a deadline.
 */
public final class RangeCommands {
    /** Of {@link #tryRead}. */
    static final int MAX_TRY = 4;

    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final byte IS_ABSENT = 0;
    private static final byte IS_RESIDENT = 1;
    private static final byte IS_LENT = 2;
    private static final long DISCARD_TIMEOUT_NS = 30_000_000_000L;

    private final Mm mm;
    private final DramBudget budget;
    private final PageEvents events;
    private final Pressure pressure;
    private final Promoter promoter;
    private final ResidentMapper mapper;
    private final long[] locked = new long[PagedRegion.BLOCK_PAGES];
    private final long[] ahead = new long[Promoter.MAX_RUN];
    private final FileWriter fileWriter;
    private final ScatteredRead scatter;
    /** In DRAM; with {@link #IS_LENT}: in a device's frame, which is not in the budget. */
    private final byte[] was = new byte[PagedRegion.BLOCK_PAGES];

    /** Commands for one thread; {@code mm} is that thread's. */
    public RangeCommands(Mm mm, DramBudget budget, PageEvents events, Pressure pressure, FailureAction failureAction) {
        this.mm = mm;
        this.budget = budget;
        this.events = events;
        this.pressure = pressure;
        promoter = new Promoter(mm, budget, events, failureAction, false);
        mapper = new ResidentMapper(mm, budget, events, failureAction);
        fileWriter = new FileWriter(mm);
        scatter = new ScatteredRead(failureAction.newWatch());
    }

    /** Says whose the commands are that follow: the number of a {@link dev.remap.core.page.Mapper}, where there are several. */
    public void turnTo(int mapper) {
        mm.turnTo(mapper);
    }

    /**
     * Makes pages resident.
     *
     * @param hint give up silently where memory is short or a page cannot be had
     */
    public void load(PagedRegion region, long first, long pages, long timeoutNs, boolean hint) throws CommandException {
        if (pages > budget.residentLimit() && !hint) {
            throw tooLarge("load", pages);
        }
        Wait wait = new Wait("load", timeoutNs);
        for (long page = first; page < first + pages && !region.isClosing(); ) {
            long step = loadStep(region, page, first + pages - page);
            if (step > 0) {
                page += step;
                wait.progressed();
                pressure.taken();
            } else if (hint && step != Promoter.CHANGED) {
                return;
            } else {
                refuse(region, page, step);
                pause(wait, step);
            }
        }
    }

    /**
     * Fetches those pages of many ranges that are stored, with as many reads under way at once as the tiers can have. Best effort, as a
     * preparation for {@link #load}: leaves out what is in other hands or cannot be had, and stops where memory is short.
     *
     * @param from the first range's index in {@code offsets}
     * @param to the index after the last one's
     * @return false if memory is short
     */
    public boolean loadAhead(PagedRegion region, long[] offsets, int from, int to, long lengthEach) {
        int count = 0;
        for (int i = from; i < to; i++) {
            long end = offsets[i] + lengthEach;
            for (long page = offsets[i] / PAGE; page * PAGE < end; page++) {
                if (PageWord.state(region.table().get(page)) == PageWord.ABSENT) {
                    ahead[count++] = page;
                }
                if (count == ahead.length) {
                    if (!promoteAhead(region, count)) {
                        return false;
                    }
                    count = 0;
                }
            }
        }
        return promoteAhead(region, count);
    }

    private boolean promoteAhead(PagedRegion region, int count) {
        int done = promoter.promoteAll(region, ahead, count);
        region.counters().add(CountersLayout.REGION_LOADED_PAGES, Math.max(0, done));
        pressure.taken();
        return done != Promoter.NO_ROOM;
    }

    /** Pages dealt with, or one of the promoter's negative constants. */
    private long loadStep(PagedRegion region, long page, long pages) throws CommandException {
        long word = region.table().get(page);
        return switch (PageWord.state(word)) {
            case PageWord.ABSENT -> {
                int done = promoter.promote(region, page, (int) Math.min(pages, Promoter.MAX_RUN), 1, false);
                region.counters().add(CountersLayout.REGION_LOADED_PAGES, Math.max(0, done));
                yield done;
            }
            case PageWord.PRESENT, PageWord.CLEAN -> {
                region.reference(page);
                yield 1;
            }
            case PageWord.DEMOTING -> mapResident(region, page, word, false);
            case PageWord.FAILED -> Promoter.FAILED;
            default -> Promoter.CHANGED;
        };
    }

    private long mapResident(PagedRegion region, long page, long word, boolean write) {
        int result = mapper.map(region, page, word, write, false);
        mm.wake(region.address(page), PAGE);
        region.reference(page);
        return result;
    }

    /** Makes pages resident, mapped writable, and not evictable until {@link #unpin}. */
    public void pin(PagedRegion region, long first, long pages, long timeoutNs) throws CommandException {
        if (pages > budget.residentLimit()) {
            throw tooLarge("pin", pages);
        }
        raisePins(region, first, pages);
        try {
            Wait wait = new Wait("pin", timeoutNs);
            for (long page = first; page < first + pages; ) {
                long step = pinStep(region, page, first + pages - page);
                if (step > 0) {
                    page += step;
                    wait.progressed();
                } else {
                    refuse(region, page, step);
                    pause(wait, step);
                }
            }
        } catch (CommandException e) {
            unpin(region, first, pages);
            throw e;
        }
    }

    /** Ends a command that cannot have a page, however long it waits. */
    private static void refuse(PagedRegion region, long page, long step) throws CommandException {
        if (step == Promoter.FAILED) {
            throw failed(region, page);
        }
        if (step == Promoter.NO_FILE) {
            throw noFile(region, page);
        }
    }

    private static CommandException noFile(PagedRegion region, long page) {
        return new CommandException(
                ErrorCode.NOT_FOUND,
                "no file is open in region " + region.config().name() + " at offset " + page * PAGE,
                "It was closed meanwhile: wait for what is under way before closing a file.");
    }

    private void raisePins(PagedRegion region, long first, long pages) throws CommandException {
        if (!budget.tryPin(pages)) {
            throw new CommandException(
                    ErrorCode.QUOTA,
                    "pin of " + pages * 4 + " KiB would take what is pinned beyond half the DRAM budget, "
                            + budget.limit() / 2 * 4 + " KiB",
                    "Close pins, pin less at once, or raise the budget.");
        }
        for (long page = first; page < first + pages; page++) {
            if (region.pin(page)) {
                region.counters().add(CountersLayout.REGION_PINNED_PAGES, 1);
            }
        }
    }

    private long pinStep(PagedRegion region, long page, long pages) throws CommandException {
        long word = region.table().get(page);
        return switch (PageWord.state(word)) {
            case PageWord.ABSENT -> promoter.promote(region, page, (int) Math.min(pages, Promoter.MAX_RUN), 1, true);
            case PageWord.PRESENT, PageWord.CLEAN, PageWord.DEMOTING -> mapResident(region, page, word, true);
            case PageWord.FAILED -> Promoter.FAILED;
            default -> Promoter.CHANGED;
        };
    }

    /** Undoes one {@link #pin}. */
    public void unpin(PagedRegion region, long first, long pages) {
        budget.unpin(pages);
        for (long page = first; page < first + pages; page++) {
            if (region.unpin(page)) {
                region.counters().add(CountersLayout.REGION_PINNED_PAGES, -1);
            }
        }
    }

    /** Frees pages: they read as zeros afterwards. Refused if one of them is pinned. */
    public void discard(PagedRegion region, long first, long pages) throws CommandException {
        discard(region, first, pages, false);
    }

    /**
     * Frees the pages of a file that is being closed, failed ones without trying to mend them. Nobody touches them any more; what the
     * kernel keeps of poison in the page tables the application must zap before it uses the addresses again.
     */
    public void forget(PagedRegion region, long first, long pages) throws CommandException {
        discard(region, first, pages, true);
    }

    private void discard(PagedRegion region, long first, long pages, boolean forget) throws CommandException {
        refusePinned(region, first, pages);
        Wait wait = new Wait("discard", DISCARD_TIMEOUT_NS);
        long end = first + pages;
        long page = region.table().nextTouched(first);
        while (page < end) {
            int done = discardRun(region, page, Math.min(end - page, locked.length));
            if (done == 0 && PageWord.state(region.table().get(page)) == PageWord.FAILED) {
                long mended = forget ? forgetFailed(region, page) : repair(region, page, 1, true);
                if (mended == 0) {
                    pause(wait, Promoter.CHANGED);
                }
            } else if (done == 0) {
                pause(wait, Promoter.CHANGED);
            } else {
                wait.progressed();
            }
            page += done;
            if (done > 0 && page % PagedRegion.BLOCK_PAGES == 0) {
                page = region.table().nextTouched(page);
            }
        }
    }

    private int forgetFailed(PagedRegion region, long page) {
        PageTable table = region.table();
        long word = table.get(page);
        long lockedWord = PageWord.state(word) == PageWord.FAILED ? table.lock(page, word) : PageTable.NOT_TAKEN;
        if (lockedWord == PageTable.NOT_TAKEN) {
            return 0;
        }
        region.clearFailure(page);
        table.unlockEmpty(page, lockedWord);
        region.releaseCopy(lockedWord, events);
        return 1;
    }

    private static void refusePinned(PagedRegion region, long first, long pages) throws CommandException {
        if (region.counters().get(CountersLayout.REGION_PINNED_PAGES) == 0) {
            return;
        }
        for (long page = first; page < first + pages; page++) {
            if (region.isPinned(page)) {
                throw pinned(page);
            }
        }
    }

    private static CommandException pinned(long page) {
        return new CommandException(
                ErrorCode.INVALID,
                "discard of a range whose page at offset " + page * PAGE + " is pinned",
                "Close the pin first.");
    }

    /** Frees neighbouring pages at once; answers how many. */
    private int discardRun(PagedRegion region, long first, long pages) throws CommandException {
        PageTable table = region.table();
        int count = 0;
        while (count < pages) {
            long word = table.get(first + count);
            int state = PageWord.state(word);
            if (state == PageWord.LOCKED || state == PageWord.PUNCHING || state == PageWord.FAILED) {
                break;
            }
            locked[count] = table.lock(first + count, word);
            if (locked[count] == PageTable.NOT_TAKEN) {
                break;
            }
            if (region.isPinned(first + count)) {
                giveBack(region, first + count, word);
                free(region, first, count);
                throw pinned(first + count);
            }
            was[count++] = place(word);
        }
        free(region, first, count);
        return count;
    }

    private static byte place(long word) {
        if (!PageWord.isResident(word)) {
            return IS_ABSENT;
        }
        return PageWord.tier(word) == PageWord.TIER_DEVICE ? IS_LENT : IS_RESIDENT;
    }

    /** Undoes the lock of a page that a pin came to first: as it was, but for a demotion, which is aborted. */
    private void giveBack(PagedRegion region, long page, long word) {
        PageTable table = region.table();
        long lockedWord = table.get(page);
        switch (PageWord.state(word)) {
            case PageWord.ABSENT -> table.unlockAbsent(page, lockedWord);
            case PageWord.CLEAN -> table.unlockClean(page, lockedWord);
            default -> table.unlockResident(page, lockedWord);
        }
        mm.wake(region.address(page), PAGE);
    }

    private void free(PagedRegion region, long first, int count) throws CommandException {
        if (count == 0) {
            return;
        }
        region.mirrors().invalidate(IntervalNotifier.Event.CLEAR, first, count, null);
        long punched = isAnyInMemory(count) ? region.backing().punch(first, count) : 0;
        int kept = 0;
        int freed = 0;
        for (int i = 0; i < count; i++) {
            if (punched < 0 && was[i] != IS_ABSENT && region.backing().has(first + i)) {
                keep(region, first + i, locked[i]);
                kept++;
                continue;
            }
            region.table().unlockEmpty(first + i, locked[i]);
            region.releaseCopy(locked[i], events);
            freed += was[i] == IS_RESIDENT ? 1 : 0;
            if (was[i] != IS_ABSENT) {
                region.addResident(first + i, -1);
                events.forget(region.pageId(first + i));
            }
        }
        region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, -freed);
        budget.unchargeResident(freed);
        mm.wake(region.address(first), count * PAGE);
        if (kept > 0) {
            throw notFreed(region, first, count, punched);
        }
    }

    private boolean isAnyInMemory(int count) {
        for (int i = 0; i < count; i++) {
            if (was[i] != IS_ABSENT) {
                return true;
            }
        }
        return false;
    }

    /** The kernel would not give a page up: it stays as it was, without a copy below. */
    private void keep(PagedRegion region, long page, long lockedWord) {
        if (PageWord.tier(lockedWord) == PageWord.TIER_DEVICE) {
            region.table().unlockResident(page, lockedWord);
        } else {
            region.table().unlockPresent(page, lockedWord);
            region.releaseCopy(lockedWord, events);
        }
    }

    private static CommandException notFreed(PagedRegion region, long first, int count, long punched) {
        return new CommandException(
                ErrorCode.IO,
                "fallocate(FALLOC_FL_PUNCH_HOLE) of " + count + " pages from offset " + first * PAGE + " of region "
                        + region.config().name() + ": " + Errno.name(punched) + "; not all of them are freed",
                "Try again.");
    }

    /**
     * Copies ranges of bytes, one after another, without making anything resident: what is in DRAM from there, the rest from where it is.
     * A page that is fetched is locked meanwhile, so that its copy can be neither freed nor moved.
     *
     * @param target the address of {@code count * lengthEach} bytes
     */
    public void read(PagedRegion region, long[] offsets, long lengthEach, long target, long timeoutNs)
            throws CommandException {
        Wait wait = new Wait("read", timeoutNs);
        scatter.clear();
        for (long offset : offsets) {
            long end = offset + lengthEach;
            for (long at = offset; at < end; ) {
                long page = at / PAGE;
                long pageEnd = Math.min(end, (page + 1) * PAGE);
                scatter.add(page, at % PAGE, pageEnd - at, target);
                target += pageEnd - at;
                at = pageEnd;
                if (scatter.isFull()) {
                    readScattered(region, wait);
                }
            }
        }
        readScattered(region, wait);
    }

    /**
     * As {@link #read}, if that takes microseconds: there are at most {@value #MAX_TRY} pages, none in a slow tier, and none in other
     * hands.
     *
     * @return false if it is not so; what is at {@code target} is of no use then
     */
    public boolean tryRead(PagedRegion region, long[] offsets, long lengthEach, long target) throws CommandException {
        scatter.clear();
        for (long offset : offsets) {
            long end = offset + lengthEach;
            for (long at = offset; at < end; ) {
                long page = at / PAGE;
                long pageEnd = Math.min(end, (page + 1) * PAGE);
                if (scatter.count() == MAX_TRY
                        || region.isSlow(PageWord.tier(region.table().get(page)))) {
                    return false;
                }
                scatter.add(page, at % PAGE, pageEnd - at, target);
                target += pageEnd - at;
                at = pageEnd;
            }
        }
        return readOnce(region) == 0;
    }

    /** Until all are read: takes what can be taken now, fetches that with one call a tier, waits for what is in other hands. */
    private void readScattered(PagedRegion region, Wait wait) throws CommandException {
        while (!scatter.isEmpty()) {
            if (readOnce(region) > 0) {
                pause(wait, Promoter.CHANGED);
            }
        }
    }

    /** How many parts are left. */
    private int readOnce(PagedRegion region) throws CommandException {
        int left = scatter.read(region, mm);
        if (left == ScatteredRead.FAILED) {
            long page = scatter.failedPage();
            long result = scatter.failure();
            scatter.clear();
            throw unreadable(region, page, result);
        }
        return left;
    }

    private static CommandException unreadable(PagedRegion region, long page, long result) {
        if (result == ScatteredRead.PAGE_FAILED) {
            return failed(region, page);
        }
        if (result == ScatteredRead.NO_FILE) {
            return noFile(region, page);
        }
        ErrorCode code = ErrorCode.IO;
        if (result == Tier.CORRUPT) {
            code = ErrorCode.CORRUPT;
        } else if (result == Tier.STALE) {
            code = ErrorCode.STALE;
        }
        return new CommandException(
                code,
                "read of region " + region.config().name() + ", page at offset " + page * PAGE + ": "
                        + Promoter.describe(result),
                code == ErrorCode.STALE ? "Open the file again." : "See the manager's log and the kernel's.");
    }

    /**
     * Writes the changed pages of a range back to their file and makes them durable. While a page is written it is locked, so that a write
     * to it waits; pinned pages are written as they are and stay changed.
     *
     * @return pages written
     */
    public long force(PagedRegion region, long first, long pages) throws CommandException {
        return fileWriter.force(region, first, pages);
    }

    /** The same, but leaves it to the kernel when the disk has it. */
    public long writeChanged(PagedRegion region, long first, long pages) throws CommandException {
        return fileWriter.writeChanged(region, first, pages);
    }

    /**
     * Makes failed pages touchable again, by fetching them once more or, if their loss is accepted, as zeros.
     *
     * @return pages repaired
     */
    public long repair(PagedRegion region, long first, long pages, boolean acceptLoss) throws CommandException {
        long repaired = 0;
        Wait wait = new Wait("repair", DISCARD_TIMEOUT_NS);
        long page = first;
        while (page < first + pages) {
            PageFailures.Entry entry = region.failures().first(page, first + pages - page);
            if (entry == null) {
                break;
            }
            int result = repairPage(region, entry.page(), acceptLoss);
            if (result == Promoter.NO_ROOM) {
                pause(wait, result);
            } else {
                repaired += result > 0 ? 1 : 0;
                page = entry.page() + 1;
            }
        }
        return repaired;
    }

    private int repairPage(PagedRegion region, long page, boolean acceptLoss) {
        PageTable table = region.table();
        long word = table.get(page);
        if (PageWord.isLost(word) && !acceptLoss) {
            return Promoter.FAILED;
        }
        long lockedWord = PageWord.state(word) == PageWord.FAILED ? table.lock(page, word) : PageTable.NOT_TAKEN;
        if (lockedWord == PageTable.NOT_TAKEN) {
            return Promoter.CHANGED;
        }
        if (acceptLoss) {
            long empty = table.forgetCopy(page, lockedWord, region.zerosTier());
            region.releaseCopy(lockedWord, events);
            if (region.hasFiles()) {
                region.counters().add(CountersLayout.REGION_SAME_FILLED_PAGES, 1);
            }
            lockedWord = empty;
        }
        int result = promoter.retry(region, page, lockedWord);
        if (result > 0) {
            region.clearFailure(page);
        }
        return result;
    }

    private void pause(Wait wait, long step) throws CommandException {
        if (step == Promoter.NO_ROOM) {
            pressure.missing();
            wait.pauseForMemory();
        } else {
            wait.pauseForPage();
        }
    }

    private CommandException tooLarge(String command, long pages) {
        return new CommandException(
                ErrorCode.CAPACITY,
                command + " of " + pages * 4 + " KiB, but at most " + budget.residentLimit() * 4
                        + " KiB can be resident: DRAM budget " + budget.limit() * 4 + " KiB, of which tiers use "
                        + budget.tierPages() * 4 + " KiB",
                "Ask for less at once, or raise the DRAM budget.");
    }

    /** What a command throws that meets a failed page. */
    static CommandException failed(PagedRegion region, long page) {
        PageFailures.Entry entry = region.failures().first(page, 1);
        if (entry == null) {
            return new CommandException(ErrorCode.DEADLINE, "page at offset " + page * PAGE + " changed", "Try again.");
        }
        return new CommandException(
                entry.failure().cause(),
                "page at offset " + page * PAGE + " of region "
                        + region.config().name() + ": " + entry.failure().detail(),
                "See Region.failures(); repair with RETRY, or ACCEPT_LOSS for zeros.");
    }
}
