// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** How far runs were from the targets for ratios, run by run: 1 is what is wanted, more is better. */
final class HistoryPlot {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 620;

    /** By target: when, and how much of it was reached. */
    private final Map<String, Line> lines = new TreeMap<>();

    private record Line(List<Date> times, List<Double> reached) {}

    /** @param runs of a {@link History} */
    HistoryPlot(List<Map<String, Object>> runs) {
        for (Map<String, Object> run : runs) {
            Date time = Date.from(Instant.parse(String.valueOf(run.get(History.TIME))));
            if (run.get("rows") instanceof List<?> rows) {
                rows.forEach(row -> add(time, ResultRow.parse((Map<?, ?>) row)));
            }
        }
    }

    private void add(Date time, ResultRow row) {
        for (Target target : Target.ALL) {
            if (target.measure() == Target.Measure.RATIO && target.isAbout(row)) {
                Line line = lines.computeIfAbsent(
                        row.command() + ": " + row.work() + "; " + row.ratioOf(),
                        ignored -> new Line(new ArrayList<>(), new ArrayList<>()));
                line.times.add(time);
                line.reached.add(reached(target, target.value(row).orElseThrow()));
            }
        }
    }

    /** The share of what is wanted, or of a value what is wanted at most. */
    static double reached(Target target, double value) {
        return target.atLeast() ? value / target.bound() : target.bound() / value;
    }

    /** One run is not a history. */
    boolean isEmpty() {
        return lines.values().stream().noneMatch(line -> line.times.size() > 1);
    }

    void write(Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .yAxisTitle("of the target")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        lines.forEach((name, line) -> chart.addSeries(name, line.times, line.reached));
        SvgFile.write(chart, file);
    }
}
