// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.FaultKind;
import dev.remap.FaultStats;
import dev.remap.RemapStats;
import dev.remap.ServiceMode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Small tables and made-up results. */
final class Samples {
    private Samples() {}

    /** A stored row: quantity, price in cents, discount and tax in percent, flag, status, ship date. */
    static long[] row(long quantity, long cents, long discount, long tax, String flags, String shipDate) {
        long day = LocalDate.parse(shipDate).toEpochDay();
        return new long[] {quantity, cents, discount, tax, flags.charAt(0), flags.charAt(1), day};
    }

    /** A table on the heap. */
    static Lineitem table(long[]... rows) {
        Map<Column, MemorySegment> columns = new EnumMap<>(Column.class);
        int index = 0;
        for (Column column : Column.values()) {
            long[] values = new long[rows.length];
            for (int i = 0; i < rows.length; i++) {
                values[i] = rows[i][index];
            }
            columns.put(column, MemorySegment.ofArray(values));
            index++;
        }
        return new Lineitem(columns, rows.length);
    }

    /** A run at scale 1 that went well, but for the answers and peaks given. */
    static DemoResult result(Answers got, long reportedPeak, long sampledPeak) {
        Map<FaultKind, FaultStats> faults = Map.of(
                FaultKind.FETCH, new FaultStats(7, 14_000, 60_000, 1_000_000),
                FaultKind.ZERO_FILL, new FaultStats(3, 4_000, 9_000, 90_000));
        RemapStats manager = new RemapStats(
                ServiceMode.MANAGED,
                128 << 20,
                "asked for",
                100 << 20,
                reportedPeak,
                40 << 20,
                1,
                2,
                faults,
                0,
                1,
                5,
                0,
                0,
                0,
                0,
                0,
                "");

        return new DemoResult(
                Sizing.of(1, 128 << 20, Tiers.parse(Tiers.DEFAULT)),
                Sizing.ROWS_AT_1,
                new DemoResult.Times(0.2, 12.5, 2.5, 1.5),
                got,
                Answers.published(),
                manager,
                new RegionTotals(336_093_184, 60 << 20, 66_000, 40_000_000, 45_000_000, 21, 1 << 30, 2 << 30, 9, 8, 7),
                new DemoResult.Sampled(sampledPeak, 1234, 26_000L << 12),
                new FaultTimes(10_000, 20_000, 30_000));
    }

    static DemoResult good() {
        return result(Answers.published(), 127 << 20, 128 << 20);
    }

    /** Published answers, but for Q6. */
    static Answers wrongRevenue() {
        return new Answers(Answers.published().pricing(), new BigDecimal("1.0000"));
    }

    /** What a screen printed. */
    record Printed(ByteArrayOutputStream bytes, Screen screen) {
        static Printed pipe() {
            return on(false, StandardCharsets.UTF_8);
        }

        static Printed terminal() {
            return on(true, StandardCharsets.UTF_8);
        }

        static Printed on(boolean terminal, Charset charset) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            PrintStream out = new PrintStream(bytes, true, charset);
            return new Printed(bytes, new Screen(out, terminal, terminal, terminal ? 80 : 0));
        }

        String text() {
            return bytes.toString(screen.out().charset());
        }

        List<String> lines() {
            return text().lines().toList();
        }
    }
}
