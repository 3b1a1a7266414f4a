// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.core.page.PageId;
import dev.remap.core.page.PagedRegion;
import dev.remap.wire.PageWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who holds frames of a pagemap, for people: by region how many pages, how many of them pinned, and where the first one is. */
final class Holders {
    private Holders() {}

    private static final class OfRegion {
        private long pages;
        private long pinned;
        private long firstPage = Long.MAX_VALUE;
        private String firstWord = "";
    }

    static List<String> of(RegisteredPagemap pagemap) {
        Map<String, OfRegion> byRegion = new TreeMap<>();
        pagemap.forEachInUse(pfn -> {
            long id = pagemap.pageIn(pfn);
            if (id >= 0) {
                count(pagemap.regions().get(PageId.region(id)), PageId.page(id), byRegion);
            }
        });
        List<String> lines = new ArrayList<>();
        byRegion.forEach((region, held) -> lines.add("region " + region + ": " + held.pages + " pages"
                + (held.pinned > 0 ? ", " + held.pinned + " of them pinned" : "")
                + ", the first at offset " + held.firstPage * PagedRegion.PAGE_SIZE + " (" + held.firstWord + ")"));
        return lines;
    }

    private static void count(@Nullable PagedRegion region, long page, Map<String, OfRegion> byRegion) {
        OfRegion held = byRegion.computeIfAbsent(
                region == null ? "(closed)" : region.config().name(), _ -> new OfRegion());
        held.pages++;
        if (region != null && page < region.pages() && region.tryUse()) {
            try {
                look(region, page, held);
            } finally {
                region.endUse();
            }
        }
    }

    private static void look(PagedRegion region, long page, OfRegion held) {
        held.pinned += region.isPinned(page) ? 1 : 0;
        if (page < held.firstPage) {
            held.firstPage = page;
            held.firstWord = PageWord.describe(region.table().get(page));
        }
    }
}
