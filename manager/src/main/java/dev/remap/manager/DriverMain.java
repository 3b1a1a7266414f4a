// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.module.DriverLoader;
import dev.remap.core.module.DriverPolicy;
import dev.remap.core.module.DriverRefusedException;
import dev.remap.core.module.TaintLedger;
import dev.remap.wire.Taint;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Drivers in a JVM that is set up as a manager's and serves nobody: to see what a manager would say. Exits with 1 if a driver is refused,
 * with 2 if one that was unloaded is not collected.
 */
public final class DriverMain {
    private static final double NS_PER_MS = 1e6;
    private static final int COLLECTIONS = 50;
    private static final int EXIT_REFUSED = 1;
    private static final int EXIT_LEAKED = 2;
    private static final int EXIT_USAGE = 64;

    private final TaintLedger taints = new TaintLedger(Clock.systemUTC(), mask -> {});
    private final DriverLoader loader = new DriverLoader(taints);
    private final DriverPolicy policy;
    private final boolean force;

    private DriverMain(boolean force, boolean grantNative, List<Path> jars) throws IOException {
        DriverPolicy given = DriverSettings.ofProperties().policy();
        for (Path jar : jars) {
            given = grantNative ? given.grantNative(DriverLoader.moduleOf(jar)) : given;
        }
        this.policy = given;
        this.force = force;
    }

    /**
     * The first argument: {@code check}, {@code load}, which also runs constructors, or {@code cycle}, which loads and unloads one after
     * the other and waits until each is collected. Then options {@code --force} and {@code --native}, then jars.
     */
    public static void main(String[] args) throws IOException {
        List<String> words = new ArrayList<>(List.of(args));
        boolean force = words.remove("--force");
        boolean grantNative = words.remove("--native");
        if (words.size() < 2) {
            System.err.println("usage: DriverMain check|load|cycle [--force] [--native] JAR...");
            System.exit(EXIT_USAGE);
        }
        List<Path> jars = words.stream().skip(1).map(Path::of).toList();
        System.exit(new DriverMain(force, grantNative, jars).run(words.getFirst(), jars));
    }

    private int run(String command, List<Path> jars) throws IOException {
        int status = 0;
        for (Path jar : jars) {
            long start = System.nanoTime();
            try {
                String said = say(command, jar);
                System.out.printf(
                        "ok %s in %.1f ms: %s%n", jar.getFileName(), (System.nanoTime() - start) / NS_PER_MS, said);
            } catch (DriverRefusedException e) {
                System.out.println(e.getMessage());
                status = EXIT_REFUSED;
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
                status = EXIT_LEAKED;
            }
        }
        System.out.println("tainted " + Taint.letters(taints.mask()));
        taints.entries().forEach(entry -> System.out.println("  " + entry));
        return status;
    }

    private String say(String command, Path jar) throws IOException, DriverRefusedException {
        DriverLoader.Order order = new DriverLoader.Order(jar, force);
        return switch (command) {
            case "check" -> "would be granted " + loader.check(order, policy);
            case "load" -> {
                DriverLoader.Providers loaded = loader.load(order, policy);
                yield loaded.driver().name() + " [" + loaded.driver().taintLetters() + "] "
                        + loaded.driver().standing() + "; granted "
                        + loaded.driver().granted();
            }
            default -> cycle(order);
        };
    }

    private String cycle(DriverLoader.Order order) throws IOException, DriverRefusedException {
        long start = System.nanoTime();
        WeakReference<ModuleLayer> layer = loadAndUnload(order);
        double loadMs = (System.nanoTime() - start) / NS_PER_MS;
        for (int i = 1; i <= COLLECTIONS; i++) {
            System.gc();
            if (layer.refersTo(null)) {
                return String.format("loaded in %.1f ms; its layer was collected, by collection %d", loadMs, i);
            }
        }
        throw new IllegalStateException("its layer is still there after " + COLLECTIONS + " collections");
    }

    private WeakReference<ModuleLayer> loadAndUnload(DriverLoader.Order order)
            throws IOException, DriverRefusedException {
        DriverLoader.Providers loaded = loader.load(order, policy);
        ModuleLayer layer = loaded.instances().getFirst().getClass().getModule().getLayer();
        loader.unload(loaded.driver().name());
        return new WeakReference<>(layer);
    }
}
