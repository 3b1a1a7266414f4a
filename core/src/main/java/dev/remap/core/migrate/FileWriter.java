// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.Mm;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.BackingFiles;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.linux.Errno;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes changed pages back to the files they came from, and leaves them in DRAM as clean ones. Confined to one thread, which waits where a
 * page is in other hands.
 */
final class FileWriter {
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final long TIMEOUT_NS = 30_000_000_000L;
    /** While the application maps or unmaps something, the kernel answers EAGAIN. */
    private static final int PROTECT_ATTEMPTS = 1000;

    private final Mm mm;
    private final PageBatch batch = new PageBatch(Promoter.MAX_RUN);
    private final MemorySegment writeBuffer = Arena.global().allocate(Promoter.MAX_RUN * PAGE, PAGE);
    private final long[] locked = new long[Promoter.MAX_RUN];
    private final boolean[] isProtected = new boolean[Promoter.MAX_RUN];

    FileWriter(Mm mm) {
        this.mm = mm;
    }

    /**
     * Writes the changed pages of a range back to their file and makes them durable. While a page is written it is locked, so that a write
     * to it waits; pinned pages are written as they are and stay changed.
     *
     * @return pages written
     */
    long force(PagedRegion region, long first, long pages) throws CommandException {
        long written = writeChanged(region, first, pages);
        checkWritten(region, files(region).sync(first));
        return written;
    }

    private static BackingFiles files(PagedRegion region) throws CommandException {
        BackingFiles files = region.files();
        if (files == null || !region.writesToFiles()) {
            throw new CommandException(
                    ErrorCode.UNSUPPORTED, "region " + region.config().name() + " has no file to write to", "");
        }
        return files;
    }

    /** The same, but leaves it to the kernel when the disk has it. */
    long writeChanged(PagedRegion region, long first, long pages) throws CommandException {
        BackingFiles files = files(region);
        Wait wait = new Wait("force", TIMEOUT_NS);
        long written = 0;
        long page = region.table().nextTouched(first);
        while (page < first + pages) {
            int run = writeRun(region, files, page, (int) Math.min(first + pages - page, Promoter.MAX_RUN));
            if (run > 0) {
                written += run;
                wait.progressed();
                page += run;
            } else if (!isMoving(region, page)) {
                page = region.table().nextTouched(page + 1);
            } else {
                wait.pauseForPage();
            }
        }
        return written;
    }

    private int writeRun(PagedRegion region, BackingFiles files, long first, int most) throws CommandException {
        region.fileWrites().lock();
        try {
            int count = lockDirty(region, first, most);
            if (count > 0) {
                writeBack(region, files, first, count);
            }
            return count;
        } finally {
            region.fileWrites().unlock();
        }
    }

    private static boolean isMoving(PagedRegion region, long page) throws CommandException {
        int state = PageWord.state(region.table().get(page));
        if (state == PageWord.FAILED) {
            throw RangeCommands.failed(region, page);
        }
        return state != PageWord.ABSENT && state != PageWord.CLEAN;
    }

    /** Locks changed neighbours from a page on; answers how many. */
    private int lockDirty(PagedRegion region, long first, int most) {
        PageTable table = region.table();
        int count = 0;
        while (count < most) {
            long word = table.get(first + count);
            int state = PageWord.state(word);
            if (state != PageWord.PRESENT && state != PageWord.DEMOTING) {
                break;
            }
            locked[count] = table.lock(first + count, word);
            if (locked[count] == PageTable.NOT_TAKEN) {
                break;
            }
            count++;
        }
        return count;
    }

    /** Writes locked neighbours and unlocks them: as clean if that worked, else as they were. */
    private void writeBack(PagedRegion region, BackingFiles files, long first, int count) throws CommandException {
        region.mirrors().invalidate(IntervalNotifier.Event.CLEAR, first, count, null); // it is clean afterwards
        long result = protectUnpinned(region, first, count);
        if (result >= 0) {
            result = region.backing().read(first, count, writeBuffer.address());
        }
        batch.clear();
        for (int i = 0; i < count; i++) {
            batch.add(first + i, 0, writeBuffer.address() + i * PAGE);
        }
        if (result >= 0) {
            files.storeAll(batch);
        }
        long worst = result < 0 ? Tier.IO_ERROR : 0; // an errno is no tier's answer: -EIO is STALE's number
        for (int i = 0; i < count; i++) {
            worst = Math.min(worst, batch.result(i));
            if (result >= 0 && batch.result(i) >= 0 && isProtected[i]) {
                region.table().unlockClean(first + i, locked[i]);
            } else {
                mm.unprotect(region.address(first + i), PAGE);
                region.table().unlockPresent(first + i, locked[i]);
            }
        }
        mm.wake(region.address(first), count * PAGE);
        checkWritten(region, worst);
    }

    /** Pinned pages stay as they are: a pin promises that nothing faults, and they stay changed anyway. */
    private long protectUnpinned(PagedRegion region, long first, int count) {
        for (int i = 0; i < count; ) {
            int end = i;
            while (end < count && !region.isPinned(first + end)) {
                isProtected[end++] = true;
            }
            long result = end == i ? 0 : -Errno.EAGAIN;
            for (int attempt = 0; result == -Errno.EAGAIN && attempt < PROTECT_ATTEMPTS; attempt++) {
                result = mm.protect(region.address(first + i), (end - i) * PAGE);
            }
            if (result < 0) {
                return result;
            }
            if (end < count) {
                isProtected[end++] = false;
            }
            i = end;
        }
        return 0;
    }

    private static void checkWritten(PagedRegion region, long result) throws CommandException {
        if (result >= 0) {
            return;
        }
        String what = "force of region " + region.config().name() + ": ";
        if (result == Tier.STALE) {
            throw new CommandException(
                    ErrorCode.STALE,
                    what + "the file was changed, truncated or replaced by somebody else",
                    "What was changed here is still in memory: copy it elsewhere, then open the file again.");
        }
        if (result == Tier.NO_CAPACITY) {
            throw new CommandException(
                    ErrorCode.CAPACITY,
                    what + "the disk is full",
                    "What could not be written is still in memory: make room, then force again.");
        }
        throw new CommandException(
                ErrorCode.IO,
                what + "the file could not be written",
                "What could not be written is still in memory: look at the kernel's log, then force again.");
    }
}
