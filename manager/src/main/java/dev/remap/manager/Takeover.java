// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.page.Mapper;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.reclaim.ReclaimAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The regions that a dead manager has left, step by step: taken in, woken, mended. */
final class Takeover {
    private static final long LOAD_NS = 10_000_000_000L;
    private static final int COMMAND_BYTES = 256;

    private final RegionFactory factory;
    private final RegionTable regions;
    private final ReclaimAgent reclaim;
    private final List<Unsettled> unsettled = new ArrayList<>();

    private record Unsettled(PagedRegion region, long page) {}

    Takeover(RegionFactory factory, RegionTable regions, ReclaimAgent reclaim) {
        this.factory = factory;
        this.regions = regions;
        this.reclaim = reclaim;
    }

    /** Takes all regions in, on the reclaim agent, whose they are. Nobody serves faults yet. */
    void adoptRegions() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        reclaim.execute(() -> done.complete(adoptAll()));
        done.join();
    }

    /** The same on this thread, which no agent works beside. */
    boolean adoptAll() {
        factory.left().forEach(this::adopt);
        return true;
    }

    private void adopt(int id) {
        try {
            RegionFactory.Adopted adopted = factory.adopt(id);
            for (long page : reclaim.adopt(adopted.region(), adopted.policy())) {
                unsettled.add(new Unsettled(adopted.region(), page));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("region " + id + " of the dead manager cannot be taken over", e);
        } catch (CommandException e) {
            throw new IllegalStateException("region " + id + " of the dead manager cannot be taken over", e);
        }
    }

    int regions() {
        return regions.all().length;
    }

    /** Wakes every touch that waits: the dead manager may have read its fault. */
    void wake(Mm mm) {
        for (PagedRegion region : regions.all()) {
            mm.wake(region.config().baseAddress(), region.config().sizeBytes());
        }
    }

    /**
     * Brings in pages that were in the middle of a change. If the dead manager was about to fail one, the kernel may keep poison in its
     * place, of which nobody knows; bringing the page in replaces it.
     */
    void loadUnsettled(CommandAgents commands) {
        for (Unsettled each : unsettled) {
            commands.submit(
                    ranges -> {
                        ranges.turnTo(Mapper.NOBODY); // wherever there may be poison
                        ranges.load(each.region(), each.page(), 1, LOAD_NS, true);
                    },
                    COMMAND_BYTES);
        }
    }
}
