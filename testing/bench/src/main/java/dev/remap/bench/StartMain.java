// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.wire.ManagerRuntime;
import java.lang.foreign.ValueLayout;

/** An application that has just begun: says how long it takes from {@link Remap#open} to its first page. */
public final class StartMain {
    private static final long BYTES = 64 << 20;

    private StartMain() {}

    /**
     * Prints two times in ns: until the manager is there, and until a fault of a new region has been served. An argument is the folder of
     * the run-time image to start the manager from, or {@code none}.
     */
    public static void main(String[] args) throws RemapException {
        if (args.length > 0) {
            System.setProperty(ManagerRuntime.PROPERTY, args[0]);
        }
        long start = System.nanoTime();
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(BYTES))) {
            long opened = System.nanoTime();
            Region region = remap.create("bench", RegionSpec.ofSize(BYTES));
            region.segment().set(ValueLayout.JAVA_LONG, 0, 1);
            long served = System.nanoTime();
            System.out.println("times " + (opened - start) + " " + (served - start));
        }
        System.out.println("closed"); // the manager has ended: it is not beside the next measurement
    }
}
