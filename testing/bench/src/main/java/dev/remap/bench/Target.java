// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * What Remap must be, of the rows of one kind of work.
 *
 * @param command the benchmark
 * @param work which of its rows: matches their work as a whole
 * @param who matches the row's {@code ratioOf}, or its side if the figure itself is wanted
 * @param measure what is compared
 * @param bound with what
 * @param atLeast whether more is better
 */
record Target(String command, Pattern work, Pattern who, Measure measure, double bound, boolean atLeast) {
    private static final String TOUCHES = "Remap, touches / kernel.*";
    private static final double MIB = 1 << 20;
    private static final double NS_A_MS = 1e6;

    /** The project's targets. */
    static final List<Target> ALL = List.of(
            atMost("hit", ".*", "Remap region / (memfd|Arena.ofShared, 4 KiB).*", Measure.RATIO_WITHIN_NOISE, 1),
            atMost("fault", "FETCH, .*", "Remap / .*", Measure.RATIO, 1.15),
            atLeast("rate", "uniform, threads: [12]", "Remap / .*", 0.85),
            atLeast("tier", "uniform, threads: 1", TOUCHES, 0.5),
            atLeast("tier", "uniform, threads: 2", TOUCHES, 0.8),
            atMost("tier", "uniform, threads: [12]", TOUCHES, Measure.P99_RATIO, 1.0 / 3),
            atLeast("tier", "uniform, threads: 1", "Remap, (Region.read|read of 64) / .*", 3),
            atLeast("tier", "Zipf 0.99, threads: 1", TOUCHES, 1),
            atLeast("tier", "Zipf 0.99, threads: 2", TOUCHES, 0.8),
            atLeast("tier", "Zipf 0.99, three.*threads: 1", TOUCHES, 2),
            atLeast("tier", "one page after the other, threads: 1", TOUCHES, 2),
            atLeast("files", "Zipf, threads: [12]", ".* / mmap, MADV_RANDOM", 1.2),
            atLeast("files", "uniform, threads: [12]", ".* / LLNL UMap", 1.5),
            atLeast("files", "Zipf, threads: [12]", ".* / LLNL UMap", 3),
            atLeast("files", "Zipf, .* (scan|merge) .*", ".* / mmap", 2),
            atLeast("files", "Scattered.*", ".* / fio.*", 0.9),
            atLeast("pages", "hits: .*", "Remap, touches / .*", 10),
            atLeast("pages", "mixed: .*", "Remap, touches / .*", 1.5),
            atMost("memory", ".*bytes a further page", "Remap", Measure.FIGURE, 24),
            atMost("memory", "pool .* at its worst", "Remap", Measure.FIGURE, 1.1),
            atMost("memory", "manager, no region.*", "Remap", Measure.FIGURE, 64 * MIB),
            atMost("memory", "standby, no region.*", "Remap", Measure.FIGURE, 45 * MIB),
            atMost("sparse", ".*", "1 TiB / .*", Measure.RATIO, 1.1),
            atMost("start", ".*first served fault", "Remap", Measure.FIGURE, 250 * NS_A_MS));

    /** What of a row is compared. */
    enum Measure {
        RATIO,
        /** The end of the ratio's spread that is in Remap's favour. */
        RATIO_WITHIN_NOISE,
        P99_RATIO,
        FIGURE
    }

    private static Target atLeast(String command, String work, String who, double bound) {
        return new Target(command, Pattern.compile(work), Pattern.compile(who), Measure.RATIO, bound, true);
    }

    private static Target atMost(String command, String work, String who, Measure measure, double bound) {
        return new Target(command, Pattern.compile(work), Pattern.compile(who), measure, bound, false);
    }

    boolean isAbout(ResultRow row) {
        return command.equals(row.command())
                && work.matcher(row.work()).matches()
                && who.matcher(measure == Measure.FIGURE ? row.side() : row.ratioOf())
                        .matches()
                && value(row).isPresent();
    }

    /** What is compared; nothing if the row does not have it. */
    OptionalDouble value(ResultRow row) {
        double value = switch (measure) {
            case RATIO -> row.ratio().median();
            case RATIO_WITHIN_NOISE -> row.ratio().low();
            case P99_RATIO -> row.details().getOrDefault(SideGroup.P99_RATIO, Double.NaN);
            case FIGURE -> row.figure().median();
        };
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    boolean isMet(double value) {
        return atLeast ? value >= bound : value <= bound;
    }

    /** How far a value is from the bound, as a share of it; 0 if it is met. */
    double shortfall(double value) {
        if (isMet(value)) {
            return 0;
        }
        return atLeast ? 1 - value / bound : value / bound - 1;
    }

    /** A value of this kind, in words. */
    String text(ResultRow row, double value) {
        if (measure != Measure.FIGURE) {
            return Format.of("%.2fx", value);
        }
        Spread one = new Spread(value, value, value);
        return ResultTable.text(row.unit(), one).replaceAll(" \\(.*", "");
    }

    /** What the value is of. */
    String words() {
        return switch (measure) {
            case RATIO -> "";
            case RATIO_WITHIN_NOISE -> "within noise";
            case P99_RATIO -> "p99";
            case FIGURE -> "itself";
        };
    }
}
