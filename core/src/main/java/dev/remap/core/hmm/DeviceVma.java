// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.memremap.BoundDevice;
import dev.remap.core.memremap.CoreFrames;
import dev.remap.core.memremap.RegisteredPagemap;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.driver.mm.IntervalNotifier.Event;
import dev.remap.driver.mm.MigrateVma;
import dev.remap.driver.mm.RangeFault;
import dev.remap.driver.mm.Vma;
import dev.remap.wire.PageWord;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** A region as one device sees it. */
@SuppressWarnings("ReferenceEquality") // owners are told apart by identity
final class DeviceVma implements Vma {
    private final Hmm hmm;
    private final BoundDevice device;
    private final PagedRegion region;

    DeviceVma(Hmm hmm, BoundDevice device, PagedRegion region) {
        this.hmm = hmm;
        this.device = device;
        this.region = region;
    }

    @Override
    public String region() {
        return region.config().name();
    }

    @Override
    public long pages() {
        return region.isClosing() ? 0 : region.pages();
    }

    @Override
    public IntervalNotifier insertNotifier(long first, long pages, IntervalNotifier.Callback callback) {
        if (!region.tryUse()) {
            throw new IllegalStateException("region " + region() + " is being closed");
        }
        try {
            return hmm.mirrors(region).insert(device, first, pages, callback);
        } finally {
            region.endUse();
        }
    }

    @Override
    public RangeFault.Result rangeFault(RangeFault range) {
        if (range.pfns.length == 0
                || range.first < range.notifier.first()
                || range.first - range.notifier.first() > range.notifier.pages() - range.pfns.length) {
            throw new IllegalArgumentException("pages " + range.first + " + " + range.pfns.length
                    + ", of which the notifier watches " + range.notifier.first() + " + " + range.notifier.pages());
        }
        if (!region.tryUse()) {
            return RangeFault.Result.BUSY;
        }
        HmmTools tools = hmm.takeTools();
        try {
            return new RangeWalk(tools, region, range).run();
        } finally {
            hmm.giveBackTools(tools);
            region.endUse();
        }
    }

    @Override
    public MigrateVma newMigration(Object owner) {
        return new VmaMigration(hmm, device, region, owner, Event.MIGRATE);
    }

    @Override
    public long migrateToSystem(long first, long pages, Object owner, long timeoutNs) {
        return bringBack(first, pages, timeoutNs, pfn -> {
            RegisteredPagemap pagemap = hmm.memmap().pagemap(pfn);
            return pagemap != null && pagemap.description().owner() == owner;
        });
    }

    @Override
    public long releaseExclusive(long first, long pages, Object owner, long timeoutNs) {
        return bringBack(first, pages, timeoutNs, pfn -> {
            RegisteredPagemap pagemap = hmm.memmap().pagemap(pfn);
            return pagemap != null
                    && pagemap.description().owner() instanceof CoreFrames
                    && hmm.exclusive().owner(pfn) == owner;
        });
    }

    private long bringBack(long first, long pages, long timeoutNs, LongPredicate selected) {
        if (first < 0 || pages < 0 || first > region.pages() - pages) {
            throw new IllegalArgumentException(
                    "pages " + first + " + " + pages + " of a region that has " + region.pages());
        }
        if (!region.tryUse()) {
            return 0;
        }
        HmmTools tools = hmm.takeTools();
        try {
            Backoff backoff = new Backoff(timeoutNs);
            long back = 0;
            for (long page = first; page < first + pages; page++) {
                long word = region.table().get(page);
                boolean wanted = PageWord.tier(word) == PageWord.TIER_DEVICE && selected.test(PageWord.location(word));
                if (wanted && new Return(tools, region, page, PageWord.location(word)).run(backoff)) {
                    back++;
                }
            }
            return back;
        } finally {
            hmm.giveBackTools(tools);
            region.endUse();
        }
    }

    @Override
    public int makeExclusive(long first, long[] pfns, Object owner) {
        int had = 0;
        try (VmaMigration migration = new VmaMigration(hmm, device, region, owner, Event.EXCLUSIVE)) {
            for (int from = 0; from < pfns.length; from += MigrateVma.MAX_PAGES) {
                int count = Math.min(MigrateVma.MAX_PAGES, pfns.length - from);
                had += makeExclusive(migration, first + from, count, pfns, from, owner);
            }
        }
        return had;
    }

    private int makeExclusive(VmaMigration migration, long first, int count, long[] pfns, int at, Object owner) {
        ExclusiveFrames frames = hmm.exclusiveInUse();
        migration.setup(first, count, MigrateVma.SYSTEM);
        for (int i = 0; i < count; i++) {
            long pfn = migration.isMigrating(i) ? frames.take(owner) : ExclusiveFrames.NO_FRAME;
            pfns[at + i] = pfn;
            if (pfn == ExclusiveFrames.NO_FRAME) {
                migration.skip(i);
            } else if (!migration.destination(i, pfn)) {
                frames.giveBack(pfn);
            } else if (frames.write(pfn, 0, PagedRegion.PAGE_SIZE, migration.sourceAddress(i)) < 0) {
                migration.skip(i);
            }
        }
        migration.migratePages();
        for (int i = 0; i < count; i++) {
            if (!migration.isMigrating(i)) {
                pfns[at + i] = ExclusiveFrames.NO_FRAME;
            }
        }
        return migration.finish();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DeviceVma vma && vma.device == device && vma.region == region;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(device) * 31 + System.identityHashCode(region);
    }
}
