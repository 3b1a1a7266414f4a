// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.core.page.PagedRegion;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.IntervalNotifier.Event;
import dev.remap.driver.mm.MigrateToRam;
import org.jspecify.annotations.Nullable;

/**
 * Gets a region's pages back from devices: has their mirrors forgotten, then calls the hook of each pagemap once for the pages it has. The
 * words are locked, so the frames stay where they are. Confined to one thread.
 */
final class DeviceFetcher implements Tier.Fetcher {
    private static final System.Logger LOG = System.getLogger(DeviceFetcher.class.getName());

    private final Memmap memmap;
    private final PagedRegion region;
    private final PageBatch single = new PageBatch(1);

    DeviceFetcher(Memmap memmap, PagedRegion region) {
        this.memmap = memmap;
        this.region = region;
    }

    @Override
    public long fetch(long page, long location, long targetAddress) {
        single.clear();
        single.add(page, location, targetAddress);
        fetchAll(single);
        return single.result(0);
    }

    @Override
    public void fetchAll(PageBatch batch) {
        for (int from = 0; from < batch.size(); ) {
            RegisteredPagemap pagemap = memmap.pagemap(batch.location(from));
            int to = from + 1;
            while (to < batch.size() && pagemap != null && pagemap.contains(batch.location(to))) {
                to++;
            }
            fetch(pagemap, batch, from, to);
            from = to;
        }
    }

    private void fetch(@Nullable RegisteredPagemap pagemap, PageBatch batch, int from, int to) {
        DevicePagemap.MigrateToRamHook hook =
                pagemap == null ? null : pagemap.description().migrateToRam();
        if (pagemap == null || hook == null || pagemap.device().isGivenUp()) {
            fail(batch, from, to);
            return;
        }
        invalidate(pagemap, batch, from, to);
        if (!pagemap.calls().tryBegin(region.config().maxStallNs())) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "device {0}: an earlier migrateToRam has not returned; {1} pages fail",
                    pagemap.device().name(),
                    to - from);
            fail(batch, from, to);
            return;
        }
        try {
            hook.migrateToRam(new Pages(pagemap.device(), batch, from, to));
        } catch (Exception | LinkageError | AssertionError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            pagemap.device().fault("migrateToRam threw " + e);
            fail(batch, from, to);
        } finally {
            pagemap.calls().end();
        }
    }

    private void invalidate(RegisteredPagemap pagemap, PageBatch batch, int from, int to) {
        if (region.mirrors().isEmpty()) {
            return;
        }
        Event event = pagemap.description().owner() instanceof CoreFrames ? Event.EXCLUSIVE : Event.MIGRATE;
        for (int i = from; i < to; ) {
            int end = i + 1;
            while (end < to && batch.page(end) == batch.page(end - 1) + 1) {
                end++;
            }
            region.mirrors().invalidate(event, batch.page(i), end - i, null);
            i = end;
        }
    }

    private static void fail(PageBatch batch, int from, int to) {
        for (int i = from; i < to; i++) {
            batch.result(i, Tier.IO_ERROR);
        }
    }

    private record Pages(BoundDevice device, PageBatch batch, int from, int to) implements MigrateToRam {
        @Override
        public int count() {
            return to - from;
        }

        @Override
        public long pfn(int i) {
            return batch.location(from + i);
        }

        @Override
        public long address(int i) {
            return batch.address(from + i);
        }

        @Override
        public void fail(int i, String detail) {
            device.fault("frame " + pfn(i) + " could not be migrated: " + detail);
            batch.result(from + i, Tier.IO_ERROR);
        }
    }
}
