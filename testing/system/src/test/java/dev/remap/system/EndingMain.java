// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

/** An application that uses Remap and ends as it is told: arguments are the way and nothing else. */
final class EndingMain {
    private EndingMain() {}

    public static void main(String[] arguments) throws IOException {
        Remap remap = Remap.open(RemapConfig.defaults().dramBytes(48 * Pages.MIB));
        Region region = remap.create("ending", RegionSpec.ofSize(64 * Pages.MIB));
        Pages.writeTexts(region.segment(), 0, 10_000);
        region.pageOut(0, 16 * Pages.MIB);
        System.out.println("ready " + remap.stats().managerPid());
        await();
        switch (arguments[0]) {
            case "EXIT" -> System.exit(0);
            case "HALT" -> Runtime.getRuntime().halt(0);
            case "CLOSE" -> close(remap);
            case "SIGNAL_TO_BOTH" -> touchForEver(region);
            default -> System.out.println("returning");
        }
    }

    private static void touchForEver(Region region) {
        System.out.println("touching");
        for (long page = 0; ; page = (page + 4093) % 10_000) {
            region.segment().set(ValueLayout.JAVA_LONG, page * 4096, page);
        }
    }

    private static void close(Remap remap) throws IOException {
        remap.close();
        System.out.println("closed");
        await();
    }

    private static void await() throws IOException {
        if (System.in.read() < 0) {
            throw new IOException("the test has gone");
        }
    }
}
