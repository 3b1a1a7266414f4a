// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.memremap.BoundDevice;
import dev.remap.core.memremap.CoreFrames;
import dev.remap.core.memremap.RegisteredPagemap;
import dev.remap.core.migrate.PageSource;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.mm.IntervalNotifier.Event;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.driver.mm.MigrateVma;
import dev.remap.driver.mm.PagemapType;
import dev.remap.linux.Errno;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.DeviceAccessCode;
import dev.remap.wire.PageWord;
import java.util.Arrays;

/**
 * One migration to a device.
 *
 * <p>A page in DRAM goes the way that reclaim takes: DEMOTING, write-protected, copied, published, punched; whoever touches it before it
 * is published takes it back by locking its word. A page that is elsewhere is read while its word is locked, and unlocked again; that the
 * word is the same when it is to be published says that nobody came in between. So nothing that a driver does between two calls can make
 * a touch wait. Lending a page to a device (COHERENT) changes its word and the account, and moves nothing.
 */
@SuppressWarnings("ReferenceEquality") // owners are told apart by identity
final class VmaMigration implements MigrateVma {
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final int ATTEMPTS = 200;
    private static final int NO_FRAME = -1;

    private final Hmm hmm;
    private final BoundDevice device;
    private final PagedRegion region;
    private final Object owner;
    private final Event event;
    private final HmmTools tools;
    private final MigrateReason[] reasons = new MigrateReason[MAX_PAGES];
    /** The word that the page must still have to be published; of a page in DRAM: DEMOTING. */
    private final long[] words = new long[MAX_PAGES];

    private final long[] destinations = new long[MAX_PAGES];
    private final boolean[] hasBytes = new boolean[MAX_PAGES];
    /** In DRAM, in a frame that is in the budget: not one that was lent. */
    private final boolean[] isCharged = new boolean[MAX_PAGES];

    private long first;
    private int count;
    private boolean closed;

    VmaMigration(Hmm hmm, BoundDevice device, PagedRegion region, Object owner, Event event) {
        this.hmm = hmm;
        this.device = device;
        this.region = region;
        this.owner = owner;
        this.event = event;
        tools = hmm.takeTools();
    }

    @Override
    public int setup(long firstPage, int pages, int select) {
        finish();
        if (pages <= 0 || pages > MAX_PAGES || firstPage < 0 || firstPage > region.pages() - pages) {
            throw new IllegalArgumentException(
                    "pages " + firstPage + " + " + pages + " of a region that has " + region.pages());
        }
        first = firstPage;
        count = pages;
        Arrays.fill(destinations, NO_FRAME);
        Arrays.fill(reasons, 0, count, MigrateReason.CLOSING);
        if (closed || !region.tryUse()) {
            return 0;
        }
        try {
            for (int i = 0; i < count; i++) {
                reasons[i] = collect(i, select);
            }
            invalidate();
            protect();
            for (int i = 0; i < count; i++) {
                readBytes(i);
            }
            return migrating();
        } finally {
            region.endUse();
        }
    }

    /** Runs a step if the region is still there: a driver may have taken long. If not, its words are not to be looked at any more. */
    private void use(Runnable step) {
        if (region.tryUse()) {
            try {
                step.run();
            } finally {
                region.endUse();
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            if (reasons[i] == MigrateReason.PENDING) {
                reasons[i] = MigrateReason.CLOSING;
                giveBackDestination(i);
            }
        }
    }

    private int migrating() {
        int left = 0;
        for (int i = 0; i < count; i++) {
            left += isMigrating(i) ? 1 : 0;
        }
        return left;
    }

    private long page(int i) {
        return first + i;
    }

    private MigrateReason collect(int i, int select) {
        MigrateReason reason = MigrateReason.BUSY;
        for (int attempt = 0; attempt < ATTEMPTS && reason == MigrateReason.BUSY; attempt++) {
            if (attempt > 0) {
                Thread.onSpinWait();
            }
            reason = collectOnce(i, region.table().get(page(i)), select);
        }
        return reason;
    }

    private MigrateReason collectOnce(int i, long word, int select) {
        if (region.writesToFiles()) {
            return MigrateReason.FILE_BACKED;
        }
        if (region.deviceAccess().get(page(i)) == DeviceAccessCode.NONE) {
            return MigrateReason.PROTECTED;
        }
        if (region.isPinned(page(i))) {
            return MigrateReason.PINNED;
        }
        return switch (PageWord.state(word)) {
            case PageWord.FAILED -> MigrateReason.FAILED_PAGE;
            case PageWord.ABSENT -> collectAbsent(i, word, select);
            case PageWord.PRESENT -> collectPresent(i, word, select);
            case PageWord.CLEAN -> {
                makeDirty(i, word, select);
                yield (select & SYSTEM) != 0 ? MigrateReason.BUSY : MigrateReason.NOT_SELECTED;
            }
            default -> MigrateReason.BUSY;
        };
    }

    /** A copy below would be stale as soon as the device writes. */
    private void makeDirty(int i, long word, int select) {
        if ((select & SYSTEM) == 0) {
            return;
        }
        long locked = region.table().lock(page(i), word);
        if (locked != PageTable.NOT_TAKEN) {
            region.table().unlockPresent(page(i), locked);
            region.releaseCopy(locked, tools.events());
            tools.mm().wake(region.address(page(i)), PAGE);
        }
    }

    private MigrateReason collectAbsent(int i, long word, int select) {
        words[i] = word;
        if (PageWord.tier(word) != PageWord.TIER_DEVICE) {
            if (!region.isServed(page(i))) {
                return MigrateReason.FILE_BACKED;
            }
            return (select & SYSTEM) != 0 ? MigrateReason.PENDING : MigrateReason.NOT_SELECTED;
        }
        return selectDevice(word, select, PRIVATE);
    }

    private MigrateReason selectDevice(long word, int select, int type) {
        RegisteredPagemap pagemap = tools.memmap().pagemap(PageWord.location(word));
        if (pagemap == null) {
            return MigrateReason.BUSY;
        }
        if (pagemap.description().owner() instanceof CoreFrames) {
            return MigrateReason.EXCLUSIVE;
        }
        if ((select & type) == 0) {
            return MigrateReason.NOT_SELECTED;
        }
        return pagemap.description().owner() == owner ? MigrateReason.PENDING : MigrateReason.FOREIGN_OWNER;
    }

    private MigrateReason collectPresent(int i, long word, int select) {
        words[i] = word;
        if (PageWord.isLent(word)) {
            MigrateReason selected = selectDevice(word, select, COHERENT);
            if (selected != MigrateReason.PENDING) {
                return selected;
            }
        } else if ((select & SYSTEM) == 0) {
            return MigrateReason.NOT_SELECTED;
        }
        isCharged[i] = !PageWord.isLent(word);
        words[i] = region.table().beginDemote(page(i), word);
        if (words[i] == PageTable.NOT_TAKEN) {
            return MigrateReason.BUSY;
        }
        if (region.isPinned(page(i))) {
            region.table().revertDemote(page(i), words[i]);
            return MigrateReason.PINNED;
        }
        return MigrateReason.PENDING;
    }

    /** Of pages in DRAM, whose words keep devices from them now. Elsewhere nobody has them mapped, or is told as they are read. */
    private void invalidate() {
        if (region.mirrors().isEmpty()) {
            return;
        }
        for (int i = 0; i < count; ) {
            int end = i + 1;
            if (isDemoting(i)) {
                while (end < count && isDemoting(end)) {
                    end++;
                }
                region.mirrors().invalidate(event, page(i), end - i, owner);
            }
            i = end;
        }
    }

    private boolean isDemoting(int i) {
        return isMigrating(i) && PageWord.state(words[i]) == PageWord.DEMOTING;
    }

    private void protect() {
        for (int i = 0; i < count; ) {
            int end = i + 1;
            if (isDemoting(i)) {
                while (end < count && isDemoting(end)) {
                    end++;
                }
                if (tools.mm().protect(region.address(page(i)), (end - i) * PAGE) < 0) {
                    for (int j = i; j < end; j++) {
                        leave(j, MigrateReason.BUSY);
                    }
                }
            }
            i = end;
        }
    }

    private void readBytes(int i) {
        if (!isMigrating(i)) {
            return;
        }
        if (isDemoting(i)) {
            hasBytes[i] = true;
            if (region.table().get(page(i)) != words[i]) {
                leave(i, MigrateReason.TOUCHED);
            } else if (region.backing().read(page(i), 1, tools.staging(i)) < 0) {
                leave(i, MigrateReason.READ_ERROR);
            }
            return;
        }
        hasBytes[i] = !region.isEmpty(PageWord.tier(words[i]));
        int read = tools.source().read(region, page(i), words[i], tools.staging(i));
        words[i] = tools.source().word();
        if (read != 0) {
            leave(i, read == PageSource.CHANGED ? MigrateReason.TOUCHED : MigrateReason.READ_ERROR);
        }
    }

    /** Page {@code i} is not migrated: it is given back at once, so that nobody's touch is in the way of others. */
    private void leave(int i, MigrateReason why) {
        if (PageWord.state(words[i]) == PageWord.DEMOTING
                && !region.table().revertDemote(page(i), words[i])
                && region.isPinned(page(i))) {
            tools.mm().unprotect(region.address(page(i)), PAGE); // a pin promises that nothing faults
        }
        reasons[i] = why;
        giveBackDestination(i);
    }

    private void giveBackDestination(int i) {
        if (destinations[i] != NO_FRAME) {
            tools.memmap().free(destinations[i]);
            destinations[i] = NO_FRAME;
        }
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public boolean isMigrating(int i) {
        return reasons[i] == MigrateReason.PENDING || reasons[i] == MigrateReason.MIGRATED;
    }

    @Override
    public boolean hasBytes(int i) {
        return hasBytes[i];
    }

    @Override
    public boolean isWritable(int i) {
        return region.deviceAccess().get(page(i)) == DeviceAccessCode.READ_WRITE;
    }

    @Override
    public long source(int i) {
        if (PageWord.tier(words[i]) == PageWord.TIER_DEVICE) {
            return PageWord.location(words[i]);
        }
        return isDemoting(i) ? tools.memmap().pfn(region, page(i)) : NO_FRAME;
    }

    @Override
    public long sourceAddress(int i) {
        return tools.staging(i);
    }

    @Override
    public boolean destination(int i, long pfn) {
        RegisteredPagemap pagemap = tools.memmap().pagemap(pfn);
        if (reasons[i] != MigrateReason.PENDING || destinations[i] != NO_FRAME) {
            return false;
        }
        if (pagemap == null
                || !(pagemap.device() == device || pagemap.description().owner() instanceof CoreFrames)
                || !pagemap.tryTake(pfn, region.pageId(page(i)))) {
            use(() -> leave(i, MigrateReason.BAD_DESTINATION));
            return false;
        }
        destinations[i] = pfn;
        return true;
    }

    @Override
    public void skip(int i) {
        if (reasons[i] == MigrateReason.PENDING) {
            use(() -> leave(i, MigrateReason.SKIPPED));
        }
    }

    @Override
    public void migratePages() {
        use(() -> {
            for (int i = 0; i < count; i++) {
                if (reasons[i] == MigrateReason.PENDING) {
                    migrate(i);
                }
            }
            punch();
        });
    }

    private void migrate(int i) {
        if (destinations[i] == NO_FRAME) {
            leave(i, MigrateReason.SKIPPED);
            return;
        }
        RegisteredPagemap pagemap = tools.memmap().pagemap(destinations[i]);
        if (pagemap == null || !pagemap.isLive()) {
            leave(i, MigrateReason.BAD_DESTINATION);
        } else if (pagemap.description().type() == PagemapType.COHERENT) {
            lend(i);
        } else if (region.hasShadow() && !pagemap.description().survivesManager() && !shadow(i, pagemap)) {
            leave(i, MigrateReason.NO_MEMORY);
        } else if (isDemoting(i)) {
            publish(i);
        } else {
            move(i);
        }
    }

    /** The copy below, for a page on a device that does not survive the manager. */
    private boolean shadow(int i, RegisteredPagemap pagemap) {
        long copy = hmm.below().store(region, page(i), tools.staging(i));
        if (copy == 0) {
            return false;
        }
        pagemap.shadow(destinations[i], copy);
        return true;
    }

    private void dropShadow(int i) {
        RegisteredPagemap pagemap = tools.memmap().pagemap(destinations[i]);
        long copy = pagemap == null ? 0 : pagemap.shadow(destinations[i], 0);
        if (copy != 0) {
            hmm.below().free(region, copy);
        }
    }

    private void publish(int i) {
        long before = words[i];
        words[i] = region.table().publish(page(i), before, PageWord.TIER_DEVICE, destinations[i]);
        if (words[i] == PageTable.NOT_TAKEN) {
            dropShadow(i);
            words[i] = before;
            leave(i, MigrateReason.TOUCHED);
            return;
        }
        reasons[i] = MigrateReason.MIGRATED;
        region.releaseCopy(before, tools.events()); // of a page that was lent: its frame
    }

    private void move(int i) {
        long locked = region.table().lock(page(i), words[i]);
        if (locked == PageTable.NOT_TAKEN) {
            dropShadow(i);
            leave(i, MigrateReason.TOUCHED);
            return;
        }
        leaveFrame(i, locked);
        region.table().unlockMoved(page(i), locked, destinations[i]);
        region.releaseCopy(locked, tools.events());
        tools.mm().wake(region.address(page(i)), PAGE);
        reasons[i] = MigrateReason.MIGRATED;
    }

    /** A page that was on a device could be looked up there until it was locked; the frame is free soon. */
    private void leaveFrame(int i, long locked) {
        if (PageWord.tier(locked) == PageWord.TIER_DEVICE) {
            region.mirrors().invalidate(event, page(i), 1, owner);
        }
    }

    /** The frame becomes the device's, and the page stays in it. */
    private void lend(int i) {
        boolean wasInMemory = isDemoting(i);
        long locked = region.table().lock(page(i), words[i]);
        if (locked == PageTable.NOT_TAKEN) {
            leave(i, MigrateReason.TOUCHED);
            return;
        }
        if (!wasInMemory && !fill(i)) {
            region.table().unlockAbsent(page(i), locked);
            tools.mm().wake(region.address(page(i)), PAGE);
            leave(i, MigrateReason.NO_MEMORY);
            return;
        }
        leaveFrame(i, locked);
        region.table().unlockLent(page(i), locked, destinations[i]);
        region.releaseCopy(locked, tools.events());
        reasons[i] = MigrateReason.MIGRATED;
        if (wasInMemory) {
            tools.mm().unprotect(region.address(page(i)), PAGE);
        } else {
            region.addResident(page(i), 1);
            tools.mm().wake(region.address(page(i)), PAGE);
        }
        if (wasInMemory && isCharged[i]) {
            tools.events().forget(region.pageId(page(i)));
            region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, -1);
            tools.budget().unchargeResident(1);
        }
    }

    private boolean fill(int i) {
        long address = region.address(page(i));
        long done = tools.mm().copy(address, tools.staging(i), PAGE, false, true);
        if (done == -Errno.EEXIST) {
            region.backing().punch(page(i), 1);
            done = tools.mm().copy(address, tools.staging(i), PAGE, false, true);
        }
        return done == PAGE;
    }

    private boolean isPunching(int i) {
        return reasons[i] == MigrateReason.MIGRATED && PageWord.state(words[i]) == PageWord.PUNCHING;
    }

    private void punch() {
        for (int i = 0; i < count; ) {
            int end = i + 1;
            if (isPunching(i)) {
                while (end < count && isPunching(end)) {
                    end++;
                }
                punchRun(i, end);
            }
            i = end;
        }
    }

    private void punchRun(int from, int to) {
        boolean all = region.backing().punch(page(from), to - from) >= 0;
        int charged = 0;
        for (int i = from; i < to; i++) {
            if (all || !region.backing().has(page(i))) {
                charged += isCharged[i] ? 1 : 0;
                region.addResident(page(i), -1);
                region.table().completePunch(page(i), words[i]);
                tools.events().forget(region.pageId(page(i)));
                words[i] = region.table().get(page(i));
            } else {
                stay(i);
            }
        }
        region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, -charged);
        tools.budget().unchargeResident(charged);
        tools.mm().wake(region.address(page(from)), (to - from) * PAGE);
    }

    /** The kernel would not give the page up: it is in DRAM, dirty, and nowhere else. */
    private void stay(int i) {
        long locked = region.table().lock(page(i), abortPunch(i));
        if (locked != PageTable.NOT_TAKEN) {
            region.table().unlockPresent(page(i), locked);
            region.releaseCopy(locked, tools.events());
        }
        if (!isCharged[i]) {
            tools.budget().chargeAdoptedResident(1);
            region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, 1);
            tools.events().admit(region.pageId(page(i)));
        }
        destinations[i] = NO_FRAME; // given back, above or by who has locked the page
        reasons[i] = MigrateReason.BUSY;
    }

    private long abortPunch(int i) {
        region.table().abortPunch(page(i), words[i]);
        return region.table().get(page(i));
    }

    @Override
    public int finish() {
        int migrated = 0;
        for (int i = 0; i < count; i++) {
            skip(i);
            migrated += reasons[i] == MigrateReason.MIGRATED ? 1 : 0;
        }
        return migrated;
    }

    @Override
    public MigrateReason reason(int i) {
        return reasons[i];
    }

    @Override
    public void close() {
        finish();
        if (!closed) {
            closed = true;
            hmm.giveBackTools(tools);
        }
    }
}
