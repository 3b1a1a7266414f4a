// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.PagedRegion;
import dev.remap.driver.BackingFiles;
import dev.remap.driver.Tier;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One thread's fetchers, for every region and tier it has met. Allocates when it meets one for the first time. */
final class Fetchers {
    private record OfRegion(
            PagedRegion region, List<Tier.Fetcher> fetchers, Tier.@Nullable Fetcher files, Tier.Fetcher devices) {}

    private final @Nullable OfRegion[] byRegion = new OfRegion[CountersLayout.MAX_REGIONS];

    /** What fetches the pages that name a tier, {@link PageWord#TIER_NONE} being the region's files. */
    Tier.Fetcher of(PagedRegion region, int tier) {
        OfRegion entry = byRegion[region.id()];
        if (entry == null || entry.region != region) {
            entry = open(region);
            byRegion[region.id()] = entry;
        }
        if (tier == PageWord.TIER_DEVICE) {
            return entry.devices;
        }
        return tier == PageWord.TIER_NONE
                ? Objects.requireNonNull(entry.files)
                : entry.fetchers.get(tier - PageWord.TIER_FIRST);
    }

    private static OfRegion open(PagedRegion region) {
        List<Tier.Fetcher> fetchers = new ArrayList<>();
        for (PagedRegion.NamedTier tier : region.tiers()) {
            fetchers.add(tier.tier().newFetcher());
        }
        BackingFiles files = region.files();
        return new OfRegion(
                region,
                fetchers,
                files == null ? null : files.newFetcher(),
                region.devices().newFetcher(region));
    }
}
