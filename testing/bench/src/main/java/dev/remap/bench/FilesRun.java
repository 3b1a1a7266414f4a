// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Advice;
import dev.remap.FileRegion;
import dev.remap.bench.MappedFilePeer.Mapping;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The groups of each row, and their measurement: a round of a group takes every side once. */
final class FilesRun {
    private static final String ACCESSES = "accesses";
    private static final String MERGE = "Zipf, threads: 1, RANDOM; beside them a merge of two other files into a third";
    private static final int[] BATCH_PAGES = {256, 1024};

    private final FilesPlan plan;
    private final DataFolder data;
    private final RemapFiles remap;
    private final @Nullable MappedFilePeer mapped;
    private final @Nullable MappedFilePeer umap;
    private final boolean fio;

    FilesRun(
            FilesPlan plan,
            DataFolder data,
            RemapFiles remap,
            @Nullable MappedFilePeer mapped,
            @Nullable MappedFilePeer umap,
            boolean fio) {
        this.plan = plan;
        this.data = data;
        this.remap = remap;
        this.mapped = mapped;
        this.umap = umap;
        this.fio = fio;
    }

    List<SideGroup> groups(Set<FilesRow> rows) {
        List<SideGroup> groups = new ArrayList<>();
        for (FilesRow row : rows) {
            switch (row) {
                case UNIFORM -> {
                    groups.add(alone(AccessPattern.UNIFORM, 1));
                    groups.add(alone(AccessPattern.UNIFORM, 2));
                }
                case ZIPF -> {
                    groups.add(alone(AccessPattern.ZIPF, 1));
                    groups.add(alone(AccessPattern.ZIPF, 2));
                }
                case SCAN -> groups.add(scan());
                case MERGE -> {
                    if (!rows.contains(FilesRow.ZIPF)) {
                        groups.add(alone(AccessPattern.ZIPF, 1));
                    }
                    groups.add(merge());
                }
                case BATCH -> groups.add(batch());
            }
        }
        return groups;
    }

    void measure(SideGroup group, Console console) throws IOException, InterruptedException {
        for (int round = 0; round < plan.rounds(); round++) {
            group.measure(round, console);
        }
        console.endProgress();
    }

    private SideGroup alone(AccessPattern pattern, int threads) {
        String work = pattern == AccessPattern.ZIPF ? "Zipf" : "uniform";
        SideGroup group = new SideGroup(work + ", threads: " + threads, ACCESSES);
        int ours = group.add(Side.of("Remap, RANDOM", round -> remap.alone(pattern, threads)));
        MappedFilePeer kernel = mapped;
        if (kernel != null) {
            add(group, ours, "mmap, MADV_RANDOM", kernel, Mapping.RANDOM, pattern, threads);
            if (threads == 1 && pattern == AccessPattern.ZIPF) { // one is slow enough
                add(group, ours, "mmap, no madvise", kernel, Mapping.NORMAL, pattern, threads);
            }
        }
        if (umap != null) {
            add(group, ours, "LLNL UMap", umap, Mapping.UMAP, pattern, threads);
        }
        return group;
    }

    private static void add(
            SideGroup group,
            int ours,
            String words,
            MappedFilePeer peer,
            Mapping how,
            AccessPattern pattern,
            int threads) {
        int line = group.add(Side.of(words, round -> peer.measure(how, pattern, threads, MappedFilePeer.Beside.NONE)));
        group.showRatio(line, ours, line);
    }

    private SideGroup scan() {
        SideGroup group =
                new SideGroup("Zipf, threads: 1, RANDOM; beside them a scan of the same file, SEQUENTIAL", ACCESSES);
        int ours = group.add(Side.of("Remap", round -> remap.besideScan(1)));
        MappedFilePeer peer = mapped;
        if (peer != null) {
            int line = group.add(Side.of(
                    "mmap", round -> peer.measure(Mapping.RANDOM, AccessPattern.ZIPF, 1, MappedFilePeer.Beside.SCAN)));
            group.showRatio(line, ours, line);
        }
        return group;
    }

    private SideGroup merge() {
        SideGroup group = new SideGroup(MERGE, ACCESSES);
        int touch = group.add(
                Side.of("Remap, drop behind", round -> remap.besideMerge(1, Advice.DROP_BEHIND, FileMerge.Way.TOUCH)));
        int read =
                group.add(Side.of("Remap, bypass", round -> remap.besideMerge(1, Advice.BYPASS, FileMerge.Way.READ)));
        MappedFilePeer peer = mapped;
        if (peer != null) {
            int line = group.add(Side.of(
                    "mmap", round -> peer.measure(Mapping.RANDOM, AccessPattern.ZIPF, 1, MappedFilePeer.Beside.MERGE)));
            group.showRatio(touch, touch, line);
            group.showRatio(read, read, line);
        }
        return group;
    }

    private SideGroup batch() {
        SideGroup group =
                new SideGroup("Scattered pages of a cold file, in batches; p50 and p99 are of a batch", "pages");
        List<Integer> ours = new ArrayList<>();
        for (int pages : BATCH_PAGES) {
            ours.add(group.add(Side.of("Remap, read, " + pages, round -> scattered(pages, round, true))));
        }
        for (int pages : BATCH_PAGES) {
            ours.add(group.add(Side.of("Remap, load, " + pages, round -> scattered(pages, round, false))));
        }
        if (fio) {
            int peer = group.add(Side.of("fio, libaio, depth 32", round -> Fio.measure(data.main(), plan, round)));
            ours.forEach(line -> group.showRatio(line, line, peer));
        }
        return group;
    }

    private Sample scattered(int batchPages, int round, boolean read) throws IOException {
        ScatteredPages pages = new ScatteredPages(data.main(), batchPages, round);
        try (FileRegion region = remap.open(data.main(), Advice.RANDOM)) {
            return read ? pages.read(region, plan) : pages.load(region, plan);
        }
    }
}
