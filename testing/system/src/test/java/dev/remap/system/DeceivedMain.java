// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Uses a manager that lies in each way there is, and prints what came of it. Argument: the file whose contents are the manager's further
 * options, among them its main class.
 */
final class DeceivedMain {
    private static final Duration OPEN = Duration.ofSeconds(2);
    private static final long SIZE = 16 << 20;

    private DeceivedMain() {}

    private interface Call {
        Object run() throws RemapException;
    }

    public static void main(String[] arguments) throws Exception {
        Path options = Path.of(arguments[0]);
        for (EvilManagerMain.Deceit deceit : EvilManagerMain.Deceit.values()) {
            String path = System.getProperty("java.class.path");
            Files.writeString(
                    options,
                    "-cp \"" + path + "\" " + EvilManagerMain.class.getName() + " " + deceit + System.lineSeparator());
            int before = descriptors();
            use(deceit);
            System.out.println("descriptors " + deceit + " " + (descriptors() - before));
        }
        System.gc();
        System.out.println("done");
    }

    private static void use(EvilManagerMain.Deceit deceit) {
        say(deceit, "open", () -> {
            Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 << 20).openTimeout(OPEN));
            say(deceit, "create", () -> {
                useRegion(deceit, remap, remap.create("deceived", RegionSpec.ofSize(SIZE)));
                return "made";
            });
            say(deceit, "close", () -> {
                remap.close();
                return "closed";
            });
            return "opened";
        });
    }

    private static void useRegion(EvilManagerMain.Deceit deceit, Remap remap, Region region) {
        long[] offsets = {0, 8192};
        say(deceit, "load", () -> {
            region.load(0, 4096, OPEN);
            return "loaded";
        });
        say(
                deceit,
                "loadAsync",
                () -> region.loadAsync(offsets, 2, 8).toCompletableFuture().isDone());
        say(deceit, "pageOut", () -> region.pageOut(0, 4096));
        say(deceit, "failures", () -> region.failures().size());
        say(deceit, "stats", () -> remap.stats().faults().size());
        say(deceit, "slow", () -> remap.slowTouches().size());
        say(
                deceit,
                "resident",
                () -> region.residentBytes(0, SIZE) + " " + region.stats().pinnedBytes());
        say(deceit, "verify", () -> {
            region.verify(0, 4096);
            return "verified";
        });
    }

    private static void say(EvilManagerMain.Deceit deceit, String what, Call call) {
        long began = System.nanoTime();
        String outcome;
        try {
            outcome = "ok " + call.run();
        } catch (RemapException e) {
            outcome = e.category().toString();
        } catch (RuntimeException | Error e) {
            outcome = "UNTYPED " + e + " " + List.of(Arrays.copyOf(e.getStackTrace(), 3));
        }
        System.out.println(deceit + " " + what + " " + (System.nanoTime() - began) / 1_000_000 + " ms " + outcome);
    }

    private static int descriptors() {
        String[] names = new File("/proc/self/fd").list();
        return names == null ? -1 : names.length;
    }
}
