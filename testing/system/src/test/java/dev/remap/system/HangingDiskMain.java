// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.Repair;
import dev.remap.faults.FaultBoard;
import java.nio.file.Path;
import java.time.Duration;

/** Touches a page whose disk hangs for 4 s, where touches may wait for 1 s, and another page meanwhile. */
final class HangingDiskMain {
    private static final long PAGES = 16;
    private static final long BAD = 7;
    private static final long NS_PER_MS = 1_000_000;

    private HangingDiskMain() {}

    /** Argument: the board. */
    public static void main(String[] arguments) throws Exception {
        FaultBoard board = FaultBoard.open(Path.of(arguments[0]));
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
                Region region = remap.create(
                        "hanging",
                        RegionSpec.ofSize(2 * PAGES * Pages.SIZE).tiers("file").maxStall(Duration.ofSeconds(1)))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            Eviction.of(region, 0, PAGES * Pages.SIZE);
            board.on(1);
            Thread toucher = Thread.ofPlatform().start(() -> touch(region));
            while (board.delays() == 0) {
                Thread.onSpinWait();
            }
            long began = System.nanoTime();
            Pages.stamp(region.segment(), PAGES, 1);
            System.out.println("beside " + (System.nanoTime() - began) / NS_PER_MS);
            toucher.join();
            System.out.println("failed " + region.failures().getFirst().category() + " on "
                    + region.failures().getFirst().tier());
            board.on(0);
            while (board.delays() > 0) {
                Thread.sleep(10);
            }
            while (!region.failures().isEmpty()) {
                region.repair(0, region.size(), Repair.RETRY);
            }
            System.out.println("wrong " + Pages.wrongTexts(region.segment(), 0, PAGES));
            region.verify(0, region.size());
        }
    }

    private static void touch(Region region) {
        long began = System.nanoTime();
        try {
            byte[] page = Pages.read(region.segment(), BAD);
            System.out.println("touched " + page[0]);
        } catch (InternalError e) {
            System.out.println("error after " + (System.nanoTime() - began) / NS_PER_MS);
        }
    }
}
