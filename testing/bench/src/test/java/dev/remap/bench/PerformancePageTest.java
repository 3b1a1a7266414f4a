// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {
    private static final List<ResultRow> ROWS = List.of(
            ResultRow.of("rate", "uniform, threads: 1", "Remap", "accesses/s", 3, new Spread(34_000, 30_000, 40_000))
                    .ratio(new Spread(0.34, 0.3, 0.4), "Remap / C loop"),
            ResultRow.of(
                    "rate", "uniform, threads: 1", "C loop", "accesses/s", 3, new Spread(100_000, 90_000, 110_000)));

    private static List<String> lines(List<String> missing, List<String> plots) {
        return new PerformancePage(ROWS, missing, plots, true).lines(Map.of("cpus", 2));
    }

    @Test
    void whatFallsShortSaysByHowMuch() {
        assertThat(lines(List.of(), List.of()))
                .contains("| `rate`: uniform, threads: 1 | Remap / C loop | 0.34x | >= 0.85x | **short by 60 %** |");
    }

    @Test
    void everyRowIsThereWithItsSide() {
        assertThat(String.join("\n", lines(List.of(), List.of())))
                .contains("| cpus | 2 |", "34,000 accesses/s (30,000..40,000)", "0.34 (0.30..0.40)", "| C loop |");
    }

    @Test
    void whatCouldNotRunSaysWhy() {
        assertThat(lines(List.of("tier: no | root"), List.of())).contains("## Not measured", "- tier: no \\| root");
        assertThat(lines(List.of(), List.of())).doesNotContain("## Not measured");
    }

    @Test
    void aPictureHasABarForEachRatio(@TempDir Path folder) throws Exception {
        RatioPlot plot = new RatioPlot("rate", ROWS);
        assertThat(plot.isEmpty()).isFalse();
        assertThat(new RatioPlot("hit", ROWS).isEmpty()).isTrue();
        plot.write(folder);
        assertThat(Files.readString(folder.resolve("rate.svg")))
                .contains("<svg")
                .doesNotContainPattern("\\d\\.\\d\\d");
    }

    @Test
    void aHistoryTakesTwoRuns(@TempDir Path folder) throws Exception {
        Map<String, Object> run = Map.of(
                History.TIME,
                "2026-01-01T00:00:00Z",
                "rows",
                ROWS.stream().map(ResultRow::json).toList());
        Map<String, Object> next = Map.of(
                History.TIME,
                "2026-01-02T00:00:00Z",
                "rows",
                ROWS.stream().map(ResultRow::json).toList());
        assertThat(new HistoryPlot(List.of(run)).isEmpty()).isTrue();
        HistoryPlot plot = new HistoryPlot(List.of(run, next));
        assertThat(plot.isEmpty()).isFalse();
        plot.write(folder.resolve("history.svg"));
        assertThat(folder.resolve("history.svg")).isNotEmptyFile();
    }
}
