// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.FailurePolicy;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.Repair;
import java.io.IOException;

/** Touches a page that cannot be served, under a failure policy. */
final class FailurePolicyMain {
    private static final int POLL_MS = 5;

    private FailurePolicyMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        FailurePolicy policy = FailurePolicy.valueOf(arguments[0]);
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
                Region region =
                        remap.create("policy", RegionSpec.ofSize(Pages.MIB).onFailure(policy))) {
            Pages.write(region.segment(), 7, Pages.text(7));
            Eviction.of(region, 7 * Pages.SIZE, Pages.SIZE);
            ZramCorruption.flip(remap.stats().managerPid());
            Thread toucher = new Thread(() -> touch(region));
            toucher.start();
            while (region.failures().isEmpty()) {
                Thread.sleep(POLL_MS); // little garbage: a collection would wait for the thread in the fault
            }
            System.out.println("failed " + region.failures().getFirst().category());
            if (System.in.read() < 0) {
                return;
            }
            System.out.println("repaired " + region.repair(0, Pages.MIB, Repair.ACCEPT_LOSS));
            toucher.join();
        }
    }

    private static void touch(Region region) {
        System.out.println("touching");
        System.out.println("touched " + region.segment().get(JAVA_LONG, 7 * Pages.SIZE));
    }
}
