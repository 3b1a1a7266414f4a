// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The document about one run of all benchmarks: what it ran on, what falls short of what is wanted, and every row. */
final class PerformancePage {
    private static final double PERCENT = 100;
    private static final double MIB = 1 << 20;
    private static final String QUICK = " Quick runs have few and short rounds: a look, not a record.";

    private final List<ResultRow> rows;
    private final List<String> missing;
    private final List<String> plots;
    private final boolean quick;

    /**
     * @param missing what could not be measured, with the reason
     * @param plots files of pictures, seen from the document
     */
    PerformancePage(List<ResultRow> rows, List<String> missing, List<String> plots, boolean quick) {
        this.rows = rows;
        this.missing = missing;
        this.plots = plots;
        this.quick = quick;
    }

    /** Markdown. */
    List<String> lines(Map<String, Object> machine) {
        List<String> lines = new ArrayList<>();
        lines.add("# Performance");
        lines.add("");
        lines.add("Written by `./remap bench all" + (quick ? " --quick" : "") + "`, which overwrites it.");
        lines.add(
                "Each row is Remap and its peer in turns in one session: compare ratios, not figures of other machines."
                        + (quick ? QUICK : ""));
        lines.add("");
        lines.add("| machine | |");
        lines.add("| --- | --- |");
        machine.forEach((name, value) -> lines.add("| " + name + " | " + value + " |"));
        lines.addAll(targets());
        if (!missing.isEmpty()) {
            lines.addAll(List.of("", "## Not measured", ""));
            missing.forEach(reason -> lines.add("- " + cell(reason)));
        }
        for (String plot : plots) {
            lines.addAll(List.of("", "![" + plot + "](" + plot + ")"));
        }
        for (String command :
                new LinkedHashSet<>(rows.stream().map(ResultRow::command).toList())) {
            lines.addAll(List.of("", "## `./remap bench " + command + "`", ""));
            lines.addAll(table(command));
        }
        return lines;
    }

    private List<String> targets() {
        List<String> lines = new ArrayList<>(List.of(
                "",
                "## Beside what is wanted",
                "",
                "Ratios are Remap's figure to the peer's: of rates more is better, of times less.",
                "",
                "| work | of | measured | wanted | |",
                "| --- | --- | ---: | ---: | --- |"));
        for (Target target : Target.ALL) {
            for (ResultRow row : rows) {
                OptionalDouble value = target.isAbout(row) ? target.value(row) : OptionalDouble.empty();
                value.ifPresent(measured -> lines.add(line(target, row, measured)));
            }
        }
        return lines;
    }

    private static String line(Target target, ResultRow row, double measured) {
        String of = row.ratioOf().isEmpty() || target.measure() == Target.Measure.FIGURE ? row.side() : row.ratioOf();
        return Format.of(
                "| `%s`: %s | %s | %s | %s %s | %s |",
                row.command(),
                cell(row.work()),
                cell(of + (target.words().isEmpty() ? "" : ", " + target.words())),
                target.text(row, measured),
                target.atLeast() ? ">=" : "<=",
                target.text(row, target.bound()),
                target.isMet(measured)
                        ? "met"
                        : Format.of("**short by %.0f %%**", PERCENT * target.shortfall(measured)));
    }

    private List<String> table(String command) {
        List<String> lines = new ArrayList<>(List.of(
                "| work | side | median (smallest..largest) | p50 | p99 | p99.9 | DRAM | ratio |",
                "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"));
        for (ResultRow row : rows) {
            if (row.command().equals(command)) {
                lines.add(Format.of(
                        "| %s | %s | %s | %s | %s | %s | %s | %s |",
                        cell(row.work()),
                        cell(row.side()),
                        ResultTable.text(row.unit(), row.figure()),
                        time(row, "p50_ns"),
                        time(row, "p99_ns"),
                        time(row, "p99.9_ns"),
                        mib(row),
                        row.hasRatio() ? row.ratio().ratioText() : ""));
            }
        }
        return lines;
    }

    private static String time(ResultRow row, String name) {
        Double ns = row.details().get(name);
        return ns == null ? "" : Unit.text(ns);
    }

    private static String mib(ResultRow row) {
        Double bytes = row.details().get("dram_bytes");
        return bytes == null ? "" : Format.of("%,.0f MiB", bytes / MIB);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
