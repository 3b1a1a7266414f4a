// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel's side: {@code tier_loop.c} in a memory cgroup with swap on zram, both made anew for each turn. */
final class SwapPeer {
    private static final int MOST_TRIES = 4;

    private final CLoop loop;
    private final TierPlan plan;
    private int killed;

    SwapPeer(CLoop loop, TierPlan plan) {
        this.loop = loop;
        this.plan = plan;
    }

    /** What it does beside plain accesses to the pages of tables, and to change some. */
    enum Mode {
        SET("set"),
        XOR("xor"),
        CHASE("chase"),
        CHASE_AHEAD("chase-ahead");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        /** Of a row, without asking for pages before they are accessed. */
        static Mode of(TierRow row) {
            return row == TierRow.CHASE ? CHASE : row.readsWhatItWrites() ? XOR : SET;
        }
    }

    /** A turn. One that the group's OOM killer ends, though there is swap, is repeated and counted. */
    Sample measure(TierRow row, Mode mode, AccessTables tables, int round) throws IOException, InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return turn(row, mode, tables, round);
            } catch (CLoop.Killed e) {
                killed++;
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Turns that had to be repeated. */
    int killed() {
        return killed;
    }

    private Sample turn(TierRow row, Mode mode, AccessTables tables, int round)
            throws IOException, InterruptedException {
        try (KernelSwap kernel = KernelSwap.open(plan.regionBytes(), plan.mappedBytes())) {
            return Sample.ofTier(run(kernel, row, mode, tables.files(), plan.firstEntry(round)));
        } catch (MemoryCgroup.Unavailable | ZramSwap.Unavailable e) {
            throw new IOException(e);
        }
    }

    private String run(KernelSwap kernel, TierRow row, Mode mode, List<Path> tables, int start)
            throws IOException, InterruptedException {
        List<Object> arguments = new ArrayList<>(List.of(
                plan.pages(),
                kernel.cgroup().folder(),
                kernel.cgroup().usageFile(),
                kernel.swap().memoryFile(),
                start,
                plan.warmUpMs(),
                plan.measureMs(),
                row.writePercent(),
                mode.word));
        arguments.addAll(tables);
        return StandardCharsets.US_ASCII.decode(loop.run(arguments.toArray())).toString();
    }

    /** Why it cannot run here; empty if it can. */
    static String missing(TierPlan plan) throws IOException, InterruptedException {
        try {
            KernelSwap.open(plan.regionBytes(), plan.mappedBytes()).close();
            return "";
        } catch (MemoryCgroup.Unavailable | ZramSwap.Unavailable e) {
            return String.valueOf(e.getMessage());
        }
    }
}
