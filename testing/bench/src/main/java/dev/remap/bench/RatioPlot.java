// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/** Ratios of one benchmark as bars, a colour a pair of sides, written as SVG. */
final class RatioPlot {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 640;
    private static final int LABEL_ANGLE = 90;

    private final String command;
    private final List<ResultRow> rows;

    RatioPlot(String command, List<ResultRow> all) {
        this.command = command;
        rows = all.stream()
                .filter(row -> row.command().equals(command)
                        && row.hasRatio()
                        && !Double.isNaN(row.ratio().median()))
                .toList();
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Writes {@code COMMAND.svg}. */
    void write(Path folder) throws IOException {
        SvgFile.write(chart(), folder.resolve(command + ".svg"));
    }

    private CategoryChart chart() {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(command + ", ratios")
                .yAxisTitle("ratio")
                .build();
        chart.getStyler().setXAxisLabelRotation(LABEL_ANGLE);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        List<String> works = rows.stream().map(ResultRow::work).distinct().toList();
        series(works).forEach((name, ratios) -> add(chart, name, works, ratios));
        return chart;
    }

    private Map<String, Map<String, Spread>> series(List<String> works) {
        Map<String, Map<String, Spread>> series = new LinkedHashMap<>();
        for (ResultRow row : rows) {
            series.computeIfAbsent(row.ratioOf(), ignored -> new LinkedHashMap<>(works.size()))
                    .put(row.work(), row.ratio());
        }
        return series;
    }

    private static void add(CategoryChart chart, String name, List<String> works, Map<String, Spread> ratios) {
        List<Double> medians = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        for (String work : works) {
            Spread ratio = ratios.getOrDefault(work, new Spread(0, 0, 0));
            medians.add(ratio.median());
            errors.add((ratio.high() - ratio.low()) / 2);
        }
        chart.addSeries(name, works, medians, errors);
    }
}
