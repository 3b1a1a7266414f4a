// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.PfnRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each type of pagemap needs. What is missing is an error when it is registered, and never a crash later. */
final class PagemapChecks {
    private PagemapChecks() {}

    static void check(String device, DevicePagemap pagemap) {
        List<String> wrong = new ArrayList<>();
        switch (pagemap.type()) {
            case PRIVATE -> {
                need(wrong, pagemap.migrateToRam(), "the hook migrateToRam");
                need(wrong, pagemap.pageFree(), "the hook pageFree");
                need(wrong, pagemap.owner(), "an owner");
            }
            case COHERENT -> {
                need(wrong, pagemap.pageFree(), "the hook pageFree");
                need(wrong, pagemap.owner(), "an owner");
                if (pagemap.survivesManager()) {
                    wrong.add("not survivesManager: its pages are in DRAM, and stay there");
                }
            }
            default ->
                throw new IllegalArgumentException("device " + device + ": pagemaps of type " + pagemap.type()
                        + " are not supported; there are " + PagemapType.PRIVATE + " and " + PagemapType.COHERENT);
        }
        if (pagemap.ranges().isEmpty()) {
            wrong.add("at least one range");
        }
        for (PfnRange range : pagemap.ranges()) {
            if (range.pages() <= 0 || range.pages() % PfnRange.ALIGNMENT != 0) {
                wrong.add("ranges of a multiple of " + PfnRange.ALIGNMENT + " pages (2 MiB), not " + range.pages());
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("device " + device + ": a pagemap of type " + pagemap.type() + " needs "
                    + String.join(", ", wrong));
        }
    }

    private static void need(List<String> wrong, @Nullable Object what, String name) {
        if (what == null) {
            wrong.add(name);
        }
    }
}
