// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Follows links from page to page: one chain by plain loads, or several at once, each step after one request for the pages of all. */
final class RegionChase extends RegionWorker {
    private static final int MORE = 15;

    private final Way way;
    private final Region region;
    private final MemorySegment memory;
    private final int[] chains;
    private final long[] offsets;

    RegionChase(Way way, Region region, int[] table, int number, int start) {
        super(table, number, start);
        this.way = way;
        this.region = region;
        memory = region.segment();
        chains = new int[way == Way.TOUCH ? 1 : PageLinks.CHAINS];
        offsets = new long[chains.length];
        long pages = region.size() / ReferencePages.PAGE;
        Arrays.setAll(chains, i -> table[(int) ((start + i * pages / PageLinks.CHAINS) % table.length)]);
    }

    @Override
    int accessTimed() throws IOException {
        Arrays.setAll(offsets, i -> chains[i] * (long) ReferencePages.PAGE);
        switch (way) {
            case PREFETCH_BATCH -> region.prefetch(offsets, offsets.length, Long.BYTES);
            case LOAD_BATCH -> load(region, offsets);
            default -> {} // a load brings in its own page
        }
        for (int i = 0; i < chains.length; i++) {
            long link = memory.get(ValueLayout.JAVA_LONG, offsets[i]);
            saw(link);
            chains[i] = PageLinks.next(chains[i], link);
        }
        return chains.length;
    }

    @Override
    int accessMore() throws IOException {
        int more = chains.length == 1 ? MORE : 0;
        for (int i = 0; i < more; i++) {
            accessTimed();
        }
        return more;
    }
}
