// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rates of file accesses as a table a group, and as JSON. */
final class FilesReport {
    private static final double MIB = 1 << 20;
    private static final double THOUSANDS_FROM = 10_000;
    private static final double ROUND_FROM = 20;

    /** More than that between rounds is not Remap's or its peer's doing alone. */
    private static final double UNSTEADY = 2.5;

    private static final List<Column> COLUMNS = List.of(
            new Column("p50", (group, line) -> time(group.spread(line, Sample::p50Ns))),
            new Column("p99", (group, line) -> time(group.spread(line, Sample::p99Ns))),
            new Column("hits", (group, line) -> share(group.spread(line, Sample::hits))),
            new Column("full", (group, line) -> share(group.spread(line, Sample::full))),
            new Column("beside", (group, line) -> pace(group.spread(line, Sample::besideBytes))),
            new Column("ratio", (group, line) -> ratio(group.ratio(line))));

    private record Column(String heading, Cell cell) {}

    private interface Cell {
        String text(FileGroup group, int line);
    }

    private FilesReport() {}

    static List<String> heading(FilesPlan plan, List<String> missing) {
        List<String> lines = new ArrayList<>();
        lines.add(Format.of(
                "Reads of 8 bytes at Zipf 0.99, or of 4 KiB, of %,d MiB that do not compress; %,d MiB of memory",
                plan.sizeBytes() >> 20, plan.dramBytes() >> 20));
        lines.add("for it on each side: Remap's DRAM budget, the mmap side's memory cgroup. Each read is checked.");
        lines.add(Format.of(
                "Rates: median (smallest..largest) of %d rounds of %.1f s; others: median. To warm up, each side makes",
                plan.rounds(), plan.measureMs() / 1e3));
        lines.add(Format.of(
                "%,d accesses, or as many as it can in %.0f s.", plan.warmUpAccesses(), plan.warmUpLimitMs() / 1e3));
        lines.add("mmap: a C program, what FileChannel.map does without a JVM. hits: no read of the disk.");
        lines.add(
                "full: the share of that memory that the readers' file had in the end; low, alone: too few accesses.");
        lines.add("beside: MiB a second, of one pace for all. ratio: Remap's rate to the peer's, round by round.");
        missing.forEach(reason -> lines.add("n/a: " + reason));
        return lines;
    }

    static List<String> table(FileGroup group) {
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
    private static List<Column> shown(FileGroup group) {
        return IntStream.range(0, group.lines())
                .boxed()
                .flatMap(line -> COLUMNS.stream()
                        .filter(column -> !column.cell.text(group, line).isEmpty()))
                .distinct()
                .sorted(Comparator.comparingInt(COLUMNS::indexOf))
                .toList();
    }

    private static TextTable table(FileGroup group, List<Column> columns) {
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

    /** Times are in nanoseconds. */
    static Map<String, Object> json(FilesPlan plan, List<FileGroup> groups, List<String> missing) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bench", "files");
        fields.put("file_bytes", plan.sizeBytes());
        fields.put("dram_bytes", plan.dramBytes());
        fields.put("rounds", plan.rounds());
        fields.put("warm_up_accesses", plan.warmUpAccesses());
        fields.put("measure_ms", plan.measureMs());
        fields.put("pace_beside_bytes_per_s", plan.pace());
        fields.put("missing", missing);
        for (FileGroup group : groups) {
            Map<String, Object> lines = new LinkedHashMap<>();
            lines.put("unit", group.unit());
            for (int line = 0; line < group.lines(); line++) {
                lines.put(group.words(line), json(group, line));
            }
            fields.put(group.title(), lines);
        }
        return fields;
    }

    private static Map<String, Object> json(FileGroup group, int line) {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "per_s", group.spread(line, Sample::rate));
        put(fields, "p50_ns", group.spread(line, Sample::p50Ns));
        put(fields, "p99_ns", group.spread(line, Sample::p99Ns));
        put(fields, "hits", group.spread(line, Sample::hits));
        put(fields, "full", group.spread(line, Sample::full));
        put(fields, "beside_bytes_per_s", group.spread(line, Sample::besideBytes));
        put(fields, "ratio", group.ratio(line));
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, Spread spread) {
        if (!Double.isNaN(spread.median())) {
            fields.put(name, spread.json());
        }
    }
}
