// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.FailurePolicy;
import dev.remap.PageFailure;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.Repair;
import dev.remap.faults.FaultBoard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** Touches page 7 of a region whose disk does not give it back, and then does. */
final class InjectedFaultMain {
    static final String REGION = "injected";
    private static final long PAGES = 16;
    private static final long BAD = 7;
    private static final int POLL_MS = 5;

    private InjectedFaultMain() {}

    /** Arguments: the failure policy, the board. */
    public static void main(String[] arguments) throws Exception {
        FailurePolicy policy = FailurePolicy.valueOf(arguments[0]);
        FaultBoard board = FaultBoard.open(Path.of(arguments[1]));
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
                Region region = remap.create(
                        REGION,
                        RegionSpec.ofSize(PAGES * Pages.SIZE).tiers("file").onFailure(policy))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            Eviction.of(region, 0, PAGES * Pages.SIZE);
            board.on(1);
            Thread toucher = Thread.ofPlatform().start(() -> touch(region));
            while (region.failures().isEmpty()) {
                Thread.sleep(POLL_MS); // little garbage: a collection would wait for the thread in the fault
            }
            Thread.sleep(300);
            board.on(0);
            describe(region);
            System.out.println("repaired " + region.repair(0, region.size(), Repair.RETRY));
            toucher.join();
            System.out.println("wrong " + Pages.wrongTexts(region.segment(), 0, PAGES));
            region.verify(0, region.size());
            System.out.println("struck " + board.strikes(0));
        }
    }

    private static void describe(Region region) throws IOException {
        for (PageFailure failure : region.failures()) {
            System.out.printf(
                    "failure %s %d %s %s%n",
                    failure.region(), failure.offset() / Pages.SIZE, failure.tier(), failure.category());
        }
        try {
            region.verify(BAD * Pages.SIZE, 1);
            System.out.println("verified");
        } catch (RemapException e) {
            System.out.println("verify " + e.category());
        }
        region.load(0, BAD * Pages.SIZE, Duration.ofSeconds(10));
        region.verify(0, BAD * Pages.SIZE);
        System.out.println("neighbours right " + (Pages.wrongTexts(region.segment(), 0, BAD) == 0));
    }

    private static void touch(Region region) {
        System.out.println("touching");
        try {
            byte[] page = new byte[Pages.SIZE];
            long first = region.segment().get(JAVA_LONG, BAD * Pages.SIZE);
            System.arraycopy(Pages.read(region.segment(), BAD), 0, page, 0, page.length);
            System.out.println("touched " + Arrays.equals(page, Pages.text(BAD)) + (first == 0 ? " zero" : ""));
        } catch (InternalError e) {
            System.out.println("error");
        }
    }
}
