// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.List;

/** What {@code remap bench tier} says before its tables. */
final class TierReport {
    private static final double MS_A_SECOND = 1e3;

    private TierReport() {}

    static List<String> heading(TierPlan plan, long budgetBytes, List<String> missing) {
        List<String> lines = new ArrayList<>();
        lines.add(Format.of(
                "8-byte accesses to %,d MiB of JSON-like pages, LZ4 2.8:1; accesses a second: median (smallest..largest) of",
                plan.regionBytes() >> 20));
        lines.add(Format.of(
                "%d rounds of %.1f s after %.1f s to warm up, the sides in turns; others: medians. p50 to p99.9: one access",
                plan.rounds(), plan.measureMs() / MS_A_SECOND, plan.warmUpMs() / MS_A_SECOND));
        lines.add("of 16, or a whole batch. ratio: Remap's rate to the kernel's, round by round.");
        lines.add(Format.of(
                "kernel: swap on zram with LZ4, in a memory cgroup of %,d MiB. DRAM: what the data takes in all, zram's pool",
                plan.mappedBytes() >> 20));
        lines.add(Format.of(
                "or Remap's compressed pages included. Remap's budget is %,d MiB, %s.",
                budgetBytes >> 20,
                missing.isEmpty()
                        ? "which is what the kernel took when tried"
                        : "a guess, since the kernel's side is missing"));
        missing.forEach(reason -> lines.add("n/a: " + reason));
        return lines;
    }
}
