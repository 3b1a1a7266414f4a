// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import dev.remap.driver.Driver;
import dev.remap.driver.TierOps;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Predicate;

/** Runs the tests that apply to drivers. */
final class Conformance {
    private final Report report;
    private final boolean quick;
    private final Predicate<String> chosen;

    /**
     * @param quick whether tests that take seconds are left out
     * @param chosen which tests, by name
     */
    Conformance(PrintStream out, boolean quick, Predicate<String> chosen) {
        report = new Report(out);
        this.quick = quick;
        this.chosen = chosen;
    }

    /** What is run without being told: the drivers that come with Remap. */
    static List<Variant> standard() {
        return List.of(
                new Variant("dmirror", "private"),
                new Variant("dmirror", "coherent"),
                new Variant("zram", ""),
                new Variant("file", ""));
    }

    /** True if nothing failed. */
    boolean run(List<Variant> variants) throws Exception {
        List<Variant> devices = new ArrayList<>();
        for (Variant variant : variants) {
            if (!runTiers(variant)) {
                devices.add(variant);
            }
        }
        if (!devices.isEmpty()) {
            Suite.leftOut().stream()
                    .filter(test -> chosen.test(test.name()))
                    .forEach(test -> report.skipped("-", test.name(), test.counterpart(), test.reason()));
        }
        for (Variant variant : devices) {
            new DeviceRun(variant, report).run(Suite.ofDevices(), this::isChosen);
        }
        return report.end();
    }

    private boolean isChosen(Case test) {
        return chosen.test(test.name()) && !(quick && test.slow());
    }

    /** Whether the driver is one of tiers: those that are bound when a manager starts, and provide one. */
    private boolean runTiers(Variant variant) throws Exception {
        Driver driver = ServiceLoader.load(Driver.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.name().equals(variant.driver()))
                .findFirst()
                .orElse(null);
        if (driver == null || driver.devices().isEmpty()) {
            return false;
        }
        try (TierProbe probe = new TierProbe(variant.driver())) {
            driver.probe(probe);
            if (probe.tiers == null) {
                return false;
            }
            for (TierCases.TierCase test : TierCases.all()) {
                if (chosen.test(test.name())) {
                    run(variant, test, probe.tiers);
                }
            }
            return true;
        }
    }

    private void run(Variant variant, TierCases.TierCase test, TierOps ops) throws IOException {
        long began = System.nanoTime();
        try (TierLab lab = new TierLab(ops)) {
            test.body().run(lab);
            report.passed(variant.label(), test.name(), "-", System.nanoTime() - began);
        } catch (Skip e) {
            report.skipped(variant.label(), test.name(), "-", e.reason());
        } catch (Exception | AssertionError e) {
            report.failed(variant.label(), test.name(), "-", e);
        }
    }
}
