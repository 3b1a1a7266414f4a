// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** An application that things are done to. Argument: {@code pages}, {@code locked} or {@code heap}. */
final class LifecycleMain {
    private static final int MCL_CURRENT = 1;
    private static final int MCL_FUTURE = 2;
    private static final long REGION = 64 * Pages.MIB;
    private static final long PAGES = 8_000;

    private LifecycleMain() {}

    public static void main(String[] arguments) throws Throwable {
        if (arguments[0].equals("locked")) {
            System.out.println("mlockall " + mlockall());
        }
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
                Region region = remap.create("lifecycle", RegionSpec.ofSize(REGION))) {
            System.out.println("ready " + remap.stats().managerPid());
            Pages.writeTexts(region.segment(), 0, PAGES);
            System.out.println("written " + region.segment().address());
            switch (arguments[0]) {
                case "heap" -> fillHeap();
                case "pages" -> touchUntilTold(region);
                default -> await();
            }
            System.out.println("wrong " + Pages.wrongTexts(region.segment(), 0, PAGES));
        }
    }

    @SuppressWarnings("restricted")
    private static int mlockall() throws Throwable {
        Linker linker = Linker.nativeLinker();
        return (int) linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("mlockall"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                .invokeExact(MCL_CURRENT | MCL_FUTURE);
    }

    private static void touchUntilTold(Region region) throws IOException {
        long rounds = 0;
        while (System.in.available() == 0) {
            for (long page = 0; page < PAGES; page += 16) {
                region.segment().get(ValueLayout.JAVA_BYTE, page * Pages.SIZE);
            }
            System.out.println("round " + ++rounds);
        }
    }

    /** Until the group's limit is passed. */
    private static void fillHeap() throws IOException {
        await();
        List<byte[]> held = new ArrayList<>();
        while (true) {
            held.add(new byte[1 << 20]);
            System.out.println("held " + held.size());
        }
    }

    private static void await() throws IOException {
        if (System.in.read() < 0) {
            throw new IOException("the test has gone");
        }
    }
}
