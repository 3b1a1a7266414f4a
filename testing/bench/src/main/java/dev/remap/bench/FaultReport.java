// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Fault times as a table a condition, and as JSON. */
final class FaultReport {
    private static final double ENOUGH_OF_KIND = 0.95;
    private static final String NOT_AVAILABLE = "n/a";

    private FaultReport() {}

    static List<String> heading(FaultRun.Plan plan, String missing) {
        List<String> lines = new ArrayList<>();
        lines.add(Format.of(
                "One first touch, as the program sees it: median of %d rounds of %,d touches (smallest..largest).",
                plan.rounds(), plan.pages()));
        lines.add("C: a bare loop that answers the same fault with the same calls, in a process of its own.");
        if (!missing.isEmpty()) {
            lines.add("C is n/a: " + missing);
        }
        return lines;
    }

    static List<String> table(FaultRun.Result result) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(result.condition().words() + (result.note().isEmpty() ? "" : " (" + result.note() + ")"));
        var table = new TextTable(1, "fault", "Remap p50", "p99", "C p50", "p99", "p50 ratio");
        for (FaultFigures figures : result.figures()) {
            row(table, figures);
        }
        table.lines().forEach(line -> lines.add("  " + line));
        for (FaultFigures figures : result.figures()) {
            if (figures.shareOfKind() < ENOUGH_OF_KIND) {
                lines.add(Format.of(
                        "  %s: only %.0f %% of the touches were such faults; its figures are of a mixture",
                        figures.kind(), 100 * figures.shareOfKind()));
            }
        }
        return lines;
    }

    private static void row(TextTable table, FaultFigures figures) {
        boolean both = figures.hasBare();
        table.row(
                figures.kind().name(),
                time(figures.remapP50()),
                Unit.text(figures.remapP99().median()),
                both ? time(figures.bareP50()) : NOT_AVAILABLE,
                both ? Unit.text(figures.bareP99().median()) : NOT_AVAILABLE,
                both ? figures.p50Ratio().ratioText() : NOT_AVAILABLE);
    }

    private static String time(Spread spread) {
        return spread.text(Unit.of(spread.median()));
    }

    /** Times are in nanoseconds. */
    static Map<String, Object> json(FaultRun.Plan plan, List<FaultRun.Result> results, String missing) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bench", "fault");
        fields.put("rounds", plan.rounds());
        fields.put("touches_a_round", plan.pages());
        if (!missing.isEmpty()) {
            fields.put("c_missing", missing);
        }
        for (FaultRun.Result result : results) {
            Map<String, Object> kinds = new LinkedHashMap<>();
            for (FaultFigures figures : result.figures()) {
                kinds.put(lower(figures.kind()), json(figures));
            }
            kinds.put("note", result.note());
            fields.put(lower(result.condition()), kinds);
        }
        return fields;
    }

    private static Map<String, Object> json(FaultFigures figures) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("share_of_kind", figures.shareOfKind());
        fields.put("remap_p50_ns", figures.remapP50().json());
        fields.put("remap_p99_ns", figures.remapP99().json());
        if (figures.hasBare()) {
            fields.put("c_p50_ns", figures.bareP50().json());
            fields.put("c_p99_ns", figures.bareP99().json());
            fields.put("p50_ratio", figures.p50Ratio().json());
            fields.put("p99_ratio", figures.p99Ratio().json());
        }
        return fields;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
