// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.List;

/** Rows of any benchmark, a line each. */
final class ResultTable {
    private static final double MIB = 1 << 20;
    private static final double KIB = 1 << 10;

    private ResultTable() {}

    static List<String> lines(List<ResultRow> rows) {
        var table = new TextTable(2, "what", "side", "median (smallest..largest)", "ratio");
        for (ResultRow row : rows) {
            table.row(
                    row.work(),
                    row.side(),
                    text(row.unit(), row.figure()),
                    row.hasRatio() ? row.ratio().ratioText() : "");
        }
        return table.lines();
    }

    /** In a unit that suits the median. */
    static String text(String unit, Spread figure) {
        if (unit.startsWith("ns")) {
            return figure.text(Unit.of(figure.median()));
        }
        if (unit.equals("bytes")) {
            return figure.median() < MIB ? scaled(figure, KIB, "KiB") : scaled(figure, MIB, "MiB");
        }
        return scaled(figure, 1, unit);
    }

    private static String scaled(Spread figure, double by, String unit) {
        double median = figure.median() / by;
        String pattern = median < 10
                ? "%,.2f %s (%,.2f..%,.2f)"
                : median < 1000 ? "%,.1f %s (%,.1f..%,.1f)" : "%,.0f %s (%,.0f..%,.0f)";
        return Format.of(pattern, median, unit, figure.low() / by, figure.high() / by);
    }
}
