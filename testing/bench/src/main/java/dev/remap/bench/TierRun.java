// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures one row after the other: a round takes every side once. */
final class TierRun {
    private static final int TRIAL_MS = 500;

    /** What Remap needs of the region where there is no peer to be equal to: a quarter as it is, and all of it compressed. */
    private static final double GUESSED_SHARE = 0.67;

    private final TierPlan plan;
    private final @Nullable CLoop loop;
    private final @Nullable SwapPeer peer;
    private final Console console;

    TierRun(TierPlan plan, @Nullable CLoop loop, Console console) {
        this.plan = plan;
        this.loop = loop;
        peer = loop == null ? null : new SwapPeer(loop, plan);
        this.console = console;
    }

    /** The DRAM that the kernel's side takes for all in all, so that Remap gets as much. */
    long budgetBytes() throws IOException, InterruptedException {
        if (loop == null) {
            return (long) (plan.regionBytes() * GUESSED_SHARE);
        }
        console.progress("kernel: how much DRAM it takes");
        TierPlan trial =
                new TierPlan(plan.regionBytes(), plan.mappedBytes(), ReferencePages.PAGE, 1, TRIAL_MS, TRIAL_MS);
        try (var tables = new AccessTables(AccessPattern.UNIFORM, plan.pages(), 1, 1)) {
            return (long) new SwapPeer(loop, trial)
                    .measure(TierRow.UNIFORM, SwapPeer.Mode.SET, tables, 0)
                    .dramBytes();
        }
    }

    /** How often the kernel ended its own side for want of memory, so that a turn was repeated. */
    int killedTurns() {
        return peer == null ? 0 : peer.killed();
    }

    SideGroup measure(TierRegion region, TierRow row, int threads) throws IOException, InterruptedException {
        int unitPages = plan.unitPages(row);
        String unit = unitPages == 1 ? "" : ", units of " + ByteSize.words(plan.unitBytes());
        try (var tables = new AccessTables(row.pattern(), plan.pages(), unitPages, threads)) {
            SideGroup group = new SideGroup(row.words() + unit + ", threads: " + threads, "accesses");
            addSides(group, region, row, tables);
            for (int round = 0; round < plan.rounds(); round++) {
                group.measure(round, console);
            }
            console.endProgress();
            return group;
        }
    }

    private void addSides(SideGroup group, TierRegion region, TierRow row, AccessTables tables) {
        Map<RegionWorker.Way, Integer> ours = new EnumMap<>(RegionWorker.Way.class);
        for (RegionWorker.Way way : row.ways()) {
            ours.put(way, group.add(Side.of(way.words(), round -> region.measure(row, way, tables, round))));
        }
        SwapPeer swap = peer;
        if (swap == null) {
            return;
        }
        SwapPeer.Mode mode = SwapPeer.Mode.of(row);
        int kernel = group.add(Side.of("kernel, swap on zram", round -> swap.measure(row, mode, tables, round)));
        int ahead = mode != SwapPeer.Mode.CHASE
                ? kernel
                : group.add(Side.of(
                        "kernel, MADV_WILLNEED of 64",
                        round -> swap.measure(row, SwapPeer.Mode.CHASE_AHEAD, tables, round)));
        ours.forEach((way, line) -> group.showRatio(line, line, way == RegionWorker.Way.TOUCH ? kernel : ahead));
    }
}
