// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.faults.FaultBoard;
import java.nio.file.Path;
import java.time.Duration;

/** Pins a page whose disk answers later than the pin may wait. */
final class LatePinMain {
    private static final long MOST_MS = 5_000;

    private LatePinMain() {}

    /** Argument: the board. */
    public static void main(String[] arguments) throws Exception {
        FaultBoard board = FaultBoard.open(Path.of(arguments[0]));
        RegionSpec spec = RegionSpec.ofSize(16 * Pages.SIZE).tiers("file").maxStall(Duration.ofSeconds(60));
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
                Region region = remap.create("late", spec)) {
            Pages.writeTexts(region.segment(), 0, 16);
            Eviction.of(region, 0, 16 * Pages.SIZE);
            board.on(1);
            try {
                region.pin(0, Pages.SIZE, Duration.ofMillis(100)).close();
                System.out.println("pinned in time");
            } catch (RemapException e) {
                System.out.println("refused " + e.category());
            }
            while (board.delays() > 0) {
                Thread.sleep(10);
            }
            for (long ms = 0; ms < MOST_MS && !region.isLoaded(0, Pages.SIZE); ms += 10) {
                Thread.sleep(10);
            }
            Thread.sleep(500);
            System.out.println("still pinned " + region.stats().pinnedBytes());
        }
    }
}
