// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.FaultKind;
import dev.remap.FaultStats;
import java.util.ArrayList;
import java.util.List;

/** The result as tables of at most 100 columns. */
final class Report {
    private static final FaultStats NONE = new FaultStats(0, 0, 0, 0);

    private final DemoResult result;
    private final Screen screen;
    private final List<String> lines = new ArrayList<>();

    private Report(DemoResult result, Screen screen) {
        this.result = result;
        this.screen = screen;
    }

    /** The lines to print. */
    static List<String> lines(DemoResult result, Screen screen) {
        Report report = new Report(result, screen);
        report.whereTheBytesAre();
        report.faults();
        report.movement();
        report.times();
        report.pricing();
        report.revenue();
        report.verdict();
        return report.lines;
    }

    private void whereTheBytesAre() {
        RegionTotals totals = result.totals();
        heading("WHERE THE BYTES ARE", "%-40s %14s %14s %14s", "region", "DRAM", "disk");
        place("in DRAM, as they are", totals.residentBytes(), totals.residentBytes(), 0, "");
        place("in no place but the tiers", totals.tierOnlyBytes(), 0, 0, "");
        tiers();
        long sameFilled = totals.sameFilledPages() * Sizing.PAGE_BYTES;
        place("one repeated value, kept in the page word", sameFilled, 0, 0, "");
        long dram = totals.residentBytes() + result.manager().compressedBytes();
        place("together", totals.regionBytes(), dram, result.sampled().spilledBytes(), "");
        long peak = result.peakBytes();
        long budget = result.manager().dramBudgetBytes();
        lines.add(Units.format("  %-40s %14s %14s", "peak, and the budget", Units.bytes(peak), Units.bytes(budget))
                + "   " + screen.mark(result.withinBudget()));
        add(
                "  peak: the manager counted %s; %s looks at its memfds from outside found %s",
                Units.bytes(result.manager().dramPeakBytes()),
                Units.count(result.sampled().samples()),
                Units.bytes(result.sampled().peakBytes()));
    }

    /** A page that is in DRAM may still have a copy in a tier: what the tiers hold is more than what is nowhere else. */
    private void tiers() {
        Tiers tiers = result.sizing().tiers();
        long spilled = result.spilledPages() * Sizing.PAGE_BYTES;
        long compressed = result.totals().storedPages() * Sizing.PAGE_BYTES - spilled;
        if (tiers.compresses()) {
            place("  copies compressed", compressed, result.manager().compressedBytes(), 0, stored());
        }
        if (tiers.spills()) {
            long dram = tiers.compresses() ? 0 : result.manager().compressedBytes();
            place("  copies in spill files", spilled, dram, result.sampled().spilledBytes(), "");
        }
    }

    private String stored() {
        return Units.format("%.1f : 1", result.storageRatio());
    }

    private void place(String where, long regionBytes, long dramBytes, long diskBytes, String note) {
        lines.add(Units.format(
                                "  %-40s %14s %14s %14s",
                                where, Units.bytes(regionBytes), size(dramBytes), size(diskBytes))
                        .stripTrailing()
                + (note.isEmpty() ? "" : "   " + note));
    }

    private static String size(long bytes) {
        return bytes == 0 ? "-" : Units.bytes(bytes);
    }

    private void faults() {
        heading("PAGE FAULTS", "%-40s %14s %12s %12s %12s", "count", "p50", "p99", "longest");
        for (FaultKind kind : FaultKind.values()) {
            FaultStats stats = result.manager().faults().getOrDefault(kind, NONE);
            times(name(kind), stats.count(), stats.p50Ns(), stats.p99Ns(), stats.maxNs());
        }
        add("  %-40s %14s", "all kinds, times in the manager", Units.count(result.faults()));
        FaultTimes seen = result.faultTimes();
        times(
                "random touches, as the program sees them",
                seen.count(),
                seen.percentileNs(0.5),
                seen.percentileNs(0.99),
                seen.percentileNs(1));
    }

    private static String name(FaultKind kind) {
        return switch (kind) {
            case ZERO_FILL -> "never written: zero-filled";
            case SAME_FILLED -> "one repeated value: filled";
            case FETCH -> "in a tier: fetched";
            case MINOR -> "in DRAM, unmapped: mapped again";
            case WRITE_PROTECT -> "clean: made writable";
        };
    }

    private void times(String what, long count, long p50, long p99, long max) {
        if (count == 0) {
            add("  %-40s %14s", what, "0");
        } else {
            add(
                    "  %-40s %14s %12s %12s %12s",
                    what, Units.count(count), Units.time(p50), Units.time(p99), Units.time(max));
        }
    }

    private void movement() {
        RegionTotals totals = result.totals();
        heading("MOVED", "%-40s %14s %14s", "bytes", "pages");
        moved("out of DRAM", totals.evictedPages() * Sizing.PAGE_BYTES);
        moved("  of these, the copy below was still good", totals.cleanEvictedPages() * Sizing.PAGE_BYTES);
        moved("written to the tiers", totals.bytesOut());
        moved("from the tiers into DRAM", totals.bytesIn());
        moved("brought in ahead of a touch, or made empty", totals.readAheadPages() * Sizing.PAGE_BYTES);
    }

    private void moved(String what, long bytes) {
        add("  %-40s %14s %14s", what, Units.bytes(bytes), Units.count(bytes / Sizing.PAGE_BYTES));
    }

    private void times() {
        DemoResult.Times times = result.times();
        heading("TIME", "%-40s %14s %14s %16s", "seconds", "throughput", "rows a second");
        add("  %-40s %14.3f", "manager start", times.managerStart());
        time("generate and load", times.load(), Column.COUNT);
        time("Q1, all columns", times.q1(), PricingSummary.COLUMNS_READ);
        time("Q6, four columns", times.q6(), RevenueForecast.COLUMNS_READ);
    }

    private void time(String what, double seconds, int columns) {
        long bytes = result.rows() * columns * Long.BYTES;
        String rows = seconds <= 0 ? "-" : Units.count((long) (result.rows() / seconds));
        add("  %-40s %14.3f %14s %16s", what, seconds, Units.rate(bytes, seconds), rows);
    }

    private void pricing() {
        heading("Q1, PRICING SUMMARY", "%-40s");
        lines.add(screen.quiet(Units.format(
                "  %-3s %16s %15s %15s %15s %6s %9s %5s",
                "f s", "sum_qty", "sum_base_price", "sum_disc_price", "sum_charge", "avg_q", "avg_price", "avg_d")));
        for (PricingRow row : result.got().pricing()) {
            boolean right = result.expected().pricing().contains(row);
            lines.add(text(row) + " " + screen.mark(right));
        }
    }

    private static String text(PricingRow row) {
        return Units.format(
                "  %c %c %16s %15s %15s %15s %6s %9s %5s",
                row.flag(),
                row.status(),
                row.sumQty(),
                row.sumBasePrice(),
                row.sumDiscPrice(),
                row.sumCharge(),
                row.avgQty(),
                row.avgPrice(),
                row.avgDisc());
    }

    private void revenue() {
        heading("Q6, FORECASTING REVENUE CHANGE", "%-40s");
        lines.add(Units.format("  %-20s %17s ", "revenue", result.got().revenue()) + screen.mark(result.q6Correct()));
    }

    private void verdict() {
        String reference = result.againstPublished()
                ? "TPC-H's published answers"
                : "the same queries over the rows as they were generated, on the heap";
        lines.add("");
        lines.add("  " + screen.mark(result.q1Correct()) + " Q1 compared with " + reference);
        lines.add("  " + screen.mark(result.q6Correct()) + " Q6 compared with " + reference);
        lines.add("  " + screen.mark(result.withinBudget()) + " DRAM within the budget of "
                + Units.bytes(result.manager().dramBudgetBytes()));
        lines.add("");
    }

    private void heading(String title, String pattern, Object... columns) {
        Object[] cells = new Object[columns.length + 1];
        cells[0] = title;
        System.arraycopy(columns, 0, cells, 1, columns.length);
        lines.add("");
        lines.add("  " + screen.heading(Units.format(pattern, cells).stripTrailing()));
    }

    private void add(String pattern, Object... arguments) {
        lines.add(Units.format(pattern, arguments));
    }
}
