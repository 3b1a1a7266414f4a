// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Times of accesses to present pages as a table, and as JSON. */
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

    /** Times are in nanoseconds. */
    static Map<String, Object> json(List<HitFigures> all) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bench", "hit");
        for (HitFigures figures : all) {
            Map<String, Object> access = new LinkedHashMap<>();
            for (Memory memory : Memory.values()) {
                access.put(lower(memory) + "_ns", figures.time(memory).json());
                if (memory != Memory.REMAP) {
                    access.put(
                            "ratio_to_" + lower(memory), figures.ratio(memory).json());
                }
            }
            access.put("verdict_shared", HitFigures.verdict(figures.ratio(Memory.SHARED)));
            access.put("verdict_arena", HitFigures.verdict(figures.ratio(Memory.ARENA)));
            fields.put(lower(figures.access()), access);
        }
        return fields;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
