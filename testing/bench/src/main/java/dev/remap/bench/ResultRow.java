// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * One figure of one side, as it is recorded: the same form for every benchmark.
 *
 * @param command the benchmark
 * @param work what was done, in words
 * @param side who did it: Remap in one way, or a peer
 * @param unit of the figure: a rate such as {@code accesses/s}, of which more is better, or a time or size, of which less is
 * @param rounds how many measurements there were
 * @param figure what they came to
 * @param details further figures by name and unit, such as {@code p99_ns}: medians of the rounds
 * @param ratio Remap's figure to the peer's, round by round; not a number if this row shows none
 * @param ratioOf whose ratio that is, {@code "Remap / peer"}; empty if none
 */
record ResultRow(
        String command,
        String work,
        String side,
        String unit,
        int rounds,
        Spread figure,
        Map<String, Double> details,
        Spread ratio,
        String ratioOf) {
    private static final Spread NO_RATIO = Spread.range();
    private static final Set<String> FIGURES = Set.of("rounds", "median", "min", "max");

    ResultRow {
        details = Map.copyOf(details);
    }

    /** With neither details nor a ratio. */
    static ResultRow of(String command, String work, String side, String unit, int rounds, Spread figure) {
        return new ResultRow(command, work, side, unit, rounds, figure, Map.of(), NO_RATIO, "");
    }

    ResultRow details(Map<String, Double> values) {
        return new ResultRow(command, work, side, unit, rounds, figure, values, ratio, ratioOf);
    }

    ResultRow ratio(Spread value, String of) {
        return new ResultRow(command, work, side, unit, rounds, figure, details, value, of);
    }

    boolean hasRatio() {
        return !ratioOf.isEmpty();
    }

    /** From what {@link #json} made. */
    static ResultRow parse(Map<?, ?> fields) {
        Map<String, Double> details = new HashMap<>();
        fields.forEach((name, value) -> {
            if (value instanceof Number number && !FIGURES.contains(String.valueOf(name))) {
                details.put(String.valueOf(name), number.doubleValue());
            }
        });
        ResultRow row = new ResultRow(
                word(fields, "command"),
                word(fields, "work"),
                word(fields, "side"),
                word(fields, "unit"),
                (int) number(fields, "rounds"),
                new Spread(number(fields, "median"), number(fields, "min"), number(fields, "max")),
                details,
                NO_RATIO,
                "");
        return fields.get("ratio") instanceof Map<?, ?> ratio
                ? row.ratio(
                        new Spread(number(ratio, "median"), number(ratio, "low"), number(ratio, "high")),
                        word(fields, "ratio_of"))
                : row;
    }

    private static String word(Map<?, ?> fields, String name) {
        return String.valueOf(fields.get(name));
    }

    private static double number(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("command", command);
        fields.put("work", work);
        fields.put("side", side);
        fields.put("unit", unit);
        fields.put("rounds", rounds);
        fields.put("median", figure.median());
        fields.put("min", figure.low());
        fields.put("max", figure.high());
        details.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(detail -> fields.put(detail.getKey(), detail.getValue()));
        if (hasRatio()) {
            fields.put("ratio_of", ratioOf);
            fields.put("ratio", ratio.json());
        }
        return fields;
    }
}
