// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs tests over one variant of a driver. Tests share a manager until one fails; each has a minute. */
final class DeviceRun {
    private static final int LIMIT_SECONDS = 60;

    private final Variant variant;
    private final Report report;
    private @Nullable Remap shared;

    DeviceRun(Variant variant, Report report) {
        this.variant = variant;
        this.report = report;
    }

    void run(List<Case> cases, Predicate<Case> chosen) throws Exception {
        try {
            for (Case test : cases) {
                if (chosen.test(test) && !run(test)) {
                    closeShared();
                }
            }
        } finally {
            closeShared();
        }
    }

    private void closeShared() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }

    private Remap shared() throws Exception {
        if (shared == null) {
            shared = Remap.open(RemapConfig.defaults().dramBytes(Lab.DRAM_BYTES));
        }
        return shared;
    }

    /** False if the manager is not fit for another test. */
    private boolean run(Case test) throws Exception {
        long began = System.nanoTime();
        Remap remap = shared();
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("conformance-" + test.name()).start(() -> body(test, remap, done));
        try {
            done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            report.passed(variant.label(), test.name(), test.counterpart(), System.nanoTime() - began);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Skip skip) {
                report.skipped(variant.label(), test.name(), test.counterpart(), skip.reason());
                return true;
            }
            report.failed(variant.label(), test.name(), test.counterpart(), Objects.requireNonNull(e.getCause()));
        } catch (TimeoutException _) {
            shared = null; // closing it would wait as well
            report.failed(
                    variant.label(),
                    test.name(),
                    test.counterpart(),
                    new Failure("still running after " + LIMIT_SECONDS + " s"));
        }
        return false;
    }

    /** On a thread of its own: a touch that is not answered must not stop the run. */
    private void body(Case test, Remap remap, CompletableFuture<@Nullable Void> done) {
        try (Lab lab = new Lab(variant, remap)) {
            runAndEnd(test, lab);
            done.complete(null);
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
    }

    private static void runAndEnd(Case test, Lab lab) throws Exception {
        try {
            lab.need(test.needs());
            test.body().run(lab);
        } catch (Skip e) {
            lab.end();
            throw e;
        }
        lab.end();
    }
}
