// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.List;

/** Times of accesses to present pages : as a table, and as they are recorded. */
final class HitReport {
    private HitReport() {}

    static List<String> lines(HitRun.Plan plan, List<HitFigures> all) {
        List<String> lines = new ArrayList<>();
        lines.add(Format.of(
                "Present pages: %d MiB each, Remap's DRAM budget %d MiB; no access faulted (checked in every turn).",
                HitMemories.BYTES >> 20, HitMemories.BUDGET >> 20));
        lines.add(Format.of(
                "JMH, %d JVMs of %d rounds, turns of %d ms, medians of turns (smallest..largest; ratios: middle half).",
                plan.jvms(), plan.rounds(), plan.iterationMs()));
        for (HitFigures figures : all) {
            lines.add("");
            lines.add(figures.access().words());
            table(figures).lines().forEach(line -> lines.add("  " + line));
        }
        return lines;
    }

    private static TextTable table(HitFigures figures) {
        Unit unit = Unit.of(figures.time(Memory.REMAP).median());
        var table = new TextTable(1, "memory", "time", "verdict", "Remap's time to it");
        table.row(Memory.REMAP.words(), figures.time(Memory.REMAP).text(unit), "", "");
        for (Memory memory : Memory.values()) {
            if (memory != Memory.REMAP) {
                Spread ratio = figures.ratio(memory);
                table.row(
                        memory.words(),
                        figures.time(memory).text(unit),
                        memory.isYardstick() ? HitFigures.verdict(ratio) : "for information",
                        ratio.ratioText());
            }
        }
        return table;
    }

    static Results results(HitRun.Plan plan, List<HitFigures> all) {
        Results results = new Results("hit");
        int rounds = plan.jvms() * plan.rounds();
        for (HitFigures figures : all) {
            for (Memory memory : Memory.values()) {
                ResultRow row = ResultRow.of(
                        "hit", figures.access().words(), memory.words(), "ns", rounds, figures.time(memory));
                results.add(
                        memory == Memory.REMAP
                                ? row
                                : row.ratio(figures.ratio(memory), Memory.REMAP.words() + " / " + memory.words()));
            }
        }
        return results;
    }
}
