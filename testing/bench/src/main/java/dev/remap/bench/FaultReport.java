// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Fault times as a table a condition, and as JSON. */
final class FaultReport {
    private static final double ENOUGH_OF_KIND = 0.95;
    private static final String NOT_AVAILABLE = "n/a";
    private static final String REMAP = "Remap";
    private static final String BARE = "C loop";
    private static final String UNIT = "ns at the median";

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

    static Results results(FaultRun.Plan plan, List<FaultRun.Result> all, String missing) {
        Results results = new Results("fault");
        results.setting("touches_a_round", plan.pages());
        if (!missing.isEmpty()) {
            results.missing("C: " + missing);
        }
        for (FaultRun.Result result : all) {
            if (!result.note().isEmpty()) {
                results.missing(result.note());
            }
            for (FaultFigures figures : result.figures()) {
                results.addAll(rows(
                        plan,
                        figures,
                        figures.kind() + ", " + result.condition().words()));
            }
        }
        return results;
    }

    private static List<ResultRow> rows(FaultRun.Plan plan, FaultFigures figures, String work) {
        ResultRow remap = ResultRow.of("fault", work, REMAP, UNIT, plan.rounds(), figures.remapP50())
                .details(Map.of("p99_ns", figures.remapP99().median(), "share_of_kind", figures.shareOfKind()));
        if (!figures.hasBare()) {
            return List.of(remap);
        }
        ResultRow bare = ResultRow.of("fault", work, BARE, UNIT, plan.rounds(), figures.bareP50())
                .details(Map.of("p99_ns", figures.bareP99().median()));
        return List.of(remap.ratio(figures.p50Ratio(), REMAP + " / " + BARE), bare);
    }
}
