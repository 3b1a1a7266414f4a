// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.FailurePolicy;
import dev.remap.FileSpec;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.Survives;
import java.io.IOException;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An application of a broker. Arguments: the socket, what to do, a region's name, pages, and {@code filtered} to forbid system calls
 * first.
 */
final class ServedMain {
    private static final String SCHEMA = System.getProperty("schema", "texts-1");

    private ServedMain() {}

    public static void main(String[] arguments) throws Throwable {
        Path socket = Path.of(arguments[0]);
        String name = arguments[2];
        long pages = Long.parseLong(arguments[3]);
        if (arguments.length > 4) {
            SystemCallFilter.forbidUserfaultfdAndIoUring();
            System.out.println("filtered " + Remap.support().touch());
        }
        long startNs = System.nanoTime();
        try (Remap remap = Remap.connect(socket, RemapConfig.defaults().dramBytes(12 * Pages.MIB))) {
            System.out.println("connected " + (System.nanoTime() - startNs) / 1_000_000);
            System.out.println("manager " + remap.stats().managerPid());
            switch (arguments[1]) {
                case "use" -> use(remap, RegionSpec.ofSize(pages * Pages.SIZE), name, pages);
                case "leave" ->
                    use(
                            remap,
                            RegionSpec.ofSize(pages * Pages.SIZE)
                                    .survives(Survives.CLIENT, SCHEMA)
                                    .tiers("file:encrypt=aes-gcm"),
                            name,
                            pages);
                case "abort" ->
                    use(
                            remap,
                            RegionSpec.ofSize(pages * Pages.SIZE).onFailure(FailurePolicy.ABORT_PROCESS),
                            name,
                            pages);
                case "exhaust" -> exhaust(remap);
                case "return" -> comeBack(remap, name, pages);
                case "remove" -> {
                    remap.remove(name);
                    System.out.println("removed");
                }
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        } catch (RemapException e) {
            System.out.println("refused " + e.category() + " " + e.getMessage());
        }
    }

    private static void use(Remap remap, RegionSpec spec, String name, long pages) throws IOException {
        try (Region region = remap.create(name, spec)) {
            Pages.writeTexts(region.segment(), 0, pages);
            System.out.println("written " + region.segment().address());
            check(remap, region, pages);
        }
    }

    /** Takes of everything until it is refused. */
    private static void exhaust(Remap remap) throws IOException {
        Path file = Files.createTempFile("remap-served-", ".bin");
        Files.write(file, new byte[8192]);
        refusal("files", i -> remap.openFile(file, MapMode.READ_ONLY, FileSpec.defaults()));
        Files.delete(file);
        refusal("space", i -> remap.create("space-" + i, RegionSpec.ofSize(1L << 30)));
        refusal("regions", i -> remap.create("region-" + i, RegionSpec.ofSize(Pages.SIZE)));
    }

    private interface Taking {
        Object take(int which) throws RemapException;
    }

    private static void refusal(String what, Taking taking) {
        for (int i = 0; i < 1000; i++) {
            try {
                taking.take(i);
            } catch (RemapException e) {
                System.out.println(what + " " + i + " " + e.category() + " " + e.getMessage());
                return;
            }
        }
        System.out.println(what + " without end");
    }

    private static void comeBack(Remap remap, String name, long pages) throws IOException {
        long startNs = System.nanoTime();
        try (Region region = remap.open(name, SCHEMA)) {
            System.out.println("opened " + (System.nanoTime() - startNs) / 1_000_000 + " ms, resident "
                    + region.residentBytes(0, region.size()) / Pages.SIZE);
            check(remap, region, pages);
        }
    }

    /** Checks the pages for each line that it gets: a new budget in MiB, {@code standby} to wait for one, or nothing to end. */
    private static void check(Remap remap, Region region, long pages) throws IOException {
        while (true) {
            System.out.println("wrong " + wrong(region, pages) + " of " + pages);
            String line = line();
            switch (line) {
                case "" -> {
                    region.verify(0, region.size());
                    return;
                }
                case "standby" -> {
                    Eventually.await(
                            "a standby",
                            Duration.ofSeconds(30),
                            () -> remap.stats().standbyPid() != 0);
                    System.out.println("standby " + remap.stats().standbyPid());
                }
                default -> {
                    long bytes = Long.parseLong(line) * Pages.MIB;
                    System.out.println("budget " + remap.setDramBudget(bytes, Duration.ofSeconds(20)) / Pages.MIB);
                }
            }
        }
    }

    private static long wrong(Region region, long pages) {
        return Pages.wrongTexts(region.segment(), 0, pages);
    }

    private static String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = System.in.read(); c != '\n' && c >= 0; c = System.in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
