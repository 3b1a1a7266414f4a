// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What the sides of a group came to, a line each, with the figures that there are. */
final class GroupTable {
    private static final double MIB = 1 << 20;
    private static final double THOUSANDS_FROM = 10_000;
    private static final double ROUND_FROM = 20;

    /** More than that between rounds is not Remap's or its peer's doing alone. */
    private static final double UNSTEADY = 2.5;

    private static final List<Column> COLUMNS = List.of(
            new Column("p50", (group, line) -> time(group.spread(line, Sample::p50Ns))),
            new Column("p99", (group, line) -> time(group.spread(line, Sample::p99Ns))),
            new Column("p99.9", (group, line) -> time(group.spread(line, Sample::p999Ns))),
            new Column("hits", (group, line) -> share(group.spread(line, Sample::hits))),
            new Column("full", (group, line) -> share(group.spread(line, Sample::full))),
            new Column("beside", (group, line) -> pace(group.spread(line, Sample::besideBytes))),
            new Column("DRAM", (group, line) -> mib(group.spread(line, Sample::dramBytes))),
            new Column("ratio", (group, line) -> ratio(group.ratio(line))));

    private record Column(String heading, Cell cell) {}

    private interface Cell {
        String text(SideGroup group, int line);
    }

    private GroupTable() {}

    static List<String> lines(SideGroup group) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(group.title());
        table(group, shown(group)).lines().forEach(line -> lines.add("  " + line));
        for (int line = 0; line < group.lines(); line++) {
            Spread rate = group.spread(line, Sample::rate);
            if (rate.high() > UNSTEADY * rate.low()) {
                lines.add(Format.of(
                        "  %s: its rounds differ %.0f-fold: the disk or the host did not stay the same",
                        group.words(line), rate.high() / rate.low()));
            }
        }
        return lines;
    }

    /** What there is to show: not every figure is one of every group. */
    private static List<Column> shown(SideGroup group) {
        return IntStream.range(0, group.lines())
                .boxed()
                .flatMap(line -> COLUMNS.stream()
                        .filter(column -> !column.cell.text(group, line).isEmpty()))
                .distinct()
                .sorted(Comparator.comparingInt(COLUMNS::indexOf))
                .toList();
    }

    private static TextTable table(SideGroup group, List<Column> columns) {
        List<String> headings = new ArrayList<>(List.of("side", group.unit() + "/s"));
        columns.forEach(column -> headings.add(column.heading));
        var table = new TextTable(1, headings.toArray(String[]::new));
        for (int line = 0; line < group.lines(); line++) {
            List<String> cells = new ArrayList<>(List.of(group.words(line), rate(group.spread(line, Sample::rate))));
            for (Column column : columns) {
                cells.add(column.cell.text(group, line));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static String rate(Spread spread) {
        boolean thousands = spread.median() >= THOUSANDS_FROM;
        double scale = thousands ? 1e3 : 1;
        return Format.of(
                thousands ? "%.1fk (%.1f..%.1f)" : "%.0f (%.0f..%.0f)",
                spread.median() / scale,
                spread.low() / scale,
                spread.high() / scale);
    }

    private static String ratio(Spread spread) {
        if (Double.isNaN(spread.median())) {
            return "";
        }
        return spread.median() < ROUND_FROM
                ? spread.ratioText()
                : Format.of("%.0f (%.0f..%.0f)", spread.median(), spread.low(), spread.high());
    }

    private static String time(Spread spread) {
        return Double.isNaN(spread.median()) ? "" : Unit.text(spread.median());
    }

    private static String share(Spread spread) {
        return Double.isNaN(spread.median()) ? "" : Format.of("%.0f%%", 100 * spread.median());
    }

    private static String pace(Spread spread) {
        return spread.median() > 0 ? Format.of("%.0f", spread.median() / MIB) : "";
    }

    private static String mib(Spread spread) {
        return Double.isNaN(spread.median()) ? "" : Format.of("%,.0f MiB", spread.median() / MIB);
    }
}
