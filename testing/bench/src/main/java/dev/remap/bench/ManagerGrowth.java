// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * How many bytes a manager takes for each page of a region: a small region and a large one by turns, and by how much the larger one's
 * resident set is larger. A large one goes before all, so that what the manager's JVM takes once, for its heap and compiled code, is in
 * every figure. The pages have one value all over, so that no pool has them.
 */
final class ManagerGrowth {
    private static final long PAGE = ReferencePages.PAGE;

    /** The mappings of a manager that grow with a region and have a name, by what they are. */
    private static final List<Part> NAMED =
            List.of(new Part("page words", "/memfd:remap-words"), new Part("pin counts", "/memfd:remap-pins"));

    private final Remap remap;
    private final Console console;
    private final ManagerFootprint manager;
    private final List<Double> all = new ArrayList<>();
    private final List<List<Double>> named =
            NAMED.stream().<List<Double>>map(ignored -> new ArrayList<>()).toList();

    private record Part(String words, String mapping) {}

    private record Look(long total, List<Long> parts) {}

    /** What a further page takes. */
    record BytesAPage(String words, Spread figure) {}

    ManagerGrowth(Remap remap, Console console) {
        this.remap = remap;
        this.console = console;
        manager = new ManagerFootprint(remap.stats().managerPid());
    }

    /** Measures so many times; answers the whole first, then its parts. */
    List<BytesAPage> measure(long small, long large, int rounds) throws IOException {
        look(large);
        for (int round = 0; round < rounds; round++) {
            console.progress("memory: what a page takes, round " + (round + 1) + " of " + rounds);
            Look before = look(small);
            Look after = look(large);
            double pages = (double) (large - small) / PAGE;
            all.add((after.total - before.total) / pages);
            for (int part = 0; part < NAMED.size(); part++) {
                named.get(part).add((after.parts.get(part) - before.parts.get(part)) / pages);
            }
        }
        List<BytesAPage> figures = new ArrayList<>(List.of(new BytesAPage("a further page", Spread.range(all))));
        for (int part = 0; part < NAMED.size(); part++) {
            figures.add(new BytesAPage("a further page, its " + NAMED.get(part).words, Spread.range(named.get(part))));
        }
        return figures;
    }

    private Look look(long bytes) throws IOException {
        try (Region region = remap.create("bench", RegionSpec.ofSize(bytes))) {
            fillEachPageWithOneValue(region);
            region.pageOut(0, bytes);
            List<Long> parts = new ArrayList<>();
            for (Part part : NAMED) {
                parts.add(manager.residentBytes(part.mapping));
            }
            return new Look(manager.residentBytes(), parts);
        }
    }

    static void fillEachPageWithOneValue(Region region) {
        MemorySegment memory = region.segment();
        for (long at = 0; at < region.size(); at += PAGE) {
            long value = at / PAGE + 1;
            for (long word = at; word < at + PAGE; word += Long.BYTES) {
                memory.set(ValueLayout.JAVA_LONG, word, value);
            }
        }
    }
}
