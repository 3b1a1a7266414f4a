// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.remap.FaultKind;
import dev.remap.FaultStats;
import dev.remap.RemapStats;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** The result as one line of JSON. Units are in the names. */
final class JsonReport {
    private JsonReport() {}

    static String line(DemoResult result) throws IOException {
        return JSON.std.asString(fields(result));
    }

    /** In the order they are written. */
    static Map<String, Object> fields(DemoResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("q1_correct", result.q1Correct());
        fields.put("q6_correct", result.q6Correct());
        fields.put("compared_with", result.againstPublished() ? "tpch_published" : "heap");
        fields.put("scale", result.sizing().scale());
        fields.put("rows", result.rows());
        fields.put("tiers", result.sizing().tiers().specs());
        memory(fields, result);
        faults(fields, result);
        movement(fields, result.totals());
        fields.put("manager_start_seconds", result.times().managerStart());
        fields.put("load_seconds", result.times().load());
        fields.put("q1_seconds", result.times().q1());
        fields.put("q6_seconds", result.times().q6());
        return fields;
    }

    private static void memory(Map<String, Object> fields, DemoResult result) {
        RemapStats manager = result.manager();
        fields.put("region_bytes", result.sizing().regionBytes());
        fields.put("dram_budget_bytes", manager.dramBudgetBytes());
        fields.put("dram_peak_bytes", result.peakBytes());
        fields.put("dram_peak_reported_bytes", manager.dramPeakBytes());
        fields.put("dram_peak_sampled_bytes", result.sampled().peakBytes());
        fields.put("dram_samples", result.sampled().samples());
        fields.put("dram_within_budget", result.withinBudget());
        fields.put("dram_used_bytes", manager.dramUsedBytes());
        fields.put("resident_bytes", result.totals().residentBytes());
        fields.put("stored_pages", result.totals().storedPages());
        fields.put("stored_bytes", result.totals().storedBytes());
        fields.put("occupied_bytes", result.totals().occupiedBytes());
        fields.put("spilled_bytes", result.sampled().spilledBytes());
        fields.put("same_filled_pages", result.totals().sameFilledPages());
        fields.put("compression_ratio", result.compressionRatio());
        fields.put("storage_ratio", result.storageRatio());
    }

    private static void faults(Map<String, Object> fields, DemoResult result) {
        fields.put("faults", result.faults());
        fields.put("fault_p50_ns", result.faultTimes().percentileNs(0.5));
        fields.put("fault_p99_ns", result.faultTimes().percentileNs(0.99));
        fields.put("fault_samples", result.faultTimes().count());
        Map<FaultKind, FaultStats> kinds = result.manager().faults();
        fields.put("fault_count", byKind(kinds, FaultStats::count));
        fields.put("fault_service_p50_ns", byKind(kinds, FaultStats::p50Ns));
        fields.put("fault_service_p99_ns", byKind(kinds, FaultStats::p99Ns));
        fields.put("manager_longest_safepoint_ns", result.manager().managerLongestSafepointNs());
    }

    private static Map<String, Long> byKind(Map<FaultKind, FaultStats> kinds, ToLongFunction<FaultStats> figure) {
        Map<String, Long> figures = new TreeMap<>();
        kinds.forEach((kind, stats) -> figures.put(kind.name().toLowerCase(Locale.ROOT), figure.applyAsLong(stats)));
        return figures;
    }

    private static void movement(Map<String, Object> fields, RegionTotals totals) {
        fields.put("bytes_in", totals.bytesIn());
        fields.put("bytes_out", totals.bytesOut());
        fields.put("read_ahead_pages", totals.readAheadPages());
        fields.put("evicted_pages", totals.evictedPages());
        fields.put("clean_evicted_pages", totals.cleanEvictedPages());
    }
}
