// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.wire.CountersLayout;
import dev.remap.wire.LogHistogram;
import dev.remap.wire.SlowTouchRing;
import dev.remap.wire.Taint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A manager's shared counters, as its application reads them. */
final class Counters implements AutoCloseable {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final long PAGE = 4096;

    private final SharedFile file;

    Counters(int fd) throws RemapException {
        file = SharedFile.map(fd, CountersLayout.FILE_BYTES);
    }

    /** Volatile read of a counter. */
    long get(long counter) {
        return (long) LONG.getVolatile(file.memory(), counter);
    }

    /** Volatile read of a counter of a region's block. */
    long get(int region, long counter) {
        return get(CountersLayout.region(region) + counter);
    }

    RemapStats stats(String budgetOrigin) {
        long used = get(CountersLayout.USED_PAGES) * PAGE;
        long tiers = get(CountersLayout.TIER_PAGES) * PAGE;
        return new RemapStats(
                ServiceMode.MANAGED,
                get(CountersLayout.BUDGET_PAGES) * PAGE,
                budgetOrigin,
                used,
                get(CountersLayout.PEAK_PAGES) * PAGE,
                tiers,
                used - tiers,
                tiers,
                faults(),
                get(CountersLayout.FAILED_PAGES),
                get(CountersLayout.MANAGER_PID),
                get(CountersLayout.LONGEST_SAFEPOINT_NS),
                get(CountersLayout.FAULT_THREAD_ALLOCATED_BYTES),
                get(CountersLayout.CPU_LATENCY_HELD_NS),
                get(CountersLayout.TAKEOVERS),
                get(CountersLayout.LAST_TAKEOVER_NS),
                get(CountersLayout.STANDBY_PID),
                Taint.letters(get(CountersLayout.TAINTS)));
    }

    RegionStats stats(int region) {
        Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            faults.put(kind, get(region, CountersLayout.REGION_FAULTS + 8L * code(kind)));
        }
        return new RegionStats(
                faults,
                get(region, CountersLayout.REGION_RESIDENT_PAGES) * PAGE,
                get(region, CountersLayout.REGION_PINNED_PAGES) * PAGE,
                get(region, CountersLayout.REGION_STORED_PAGES),
                get(region, CountersLayout.REGION_STORED_BYTES),
                get(region, CountersLayout.REGION_OCCUPIED_BYTES),
                get(region, CountersLayout.REGION_SAME_FILLED_PAGES),
                get(region, CountersLayout.REGION_LOADED_PAGES),
                get(region, CountersLayout.REGION_READ_AHEAD_PAGES),
                get(region, CountersLayout.REGION_READ_AHEAD_WASTED),
                get(region, CountersLayout.REGION_EVICTED_PAGES),
                get(region, CountersLayout.REGION_CLEAN_EVICTED_PAGES),
                get(region, CountersLayout.REGION_BYTES_IN),
                get(region, CountersLayout.REGION_BYTES_OUT),
                get(region, CountersLayout.REGION_DEFERRED_FAULTS),
                get(region, CountersLayout.REGION_STALLED_NS),
                get(region, CountersLayout.REGION_FAILED_PAGES));
    }

    private Map<FaultKind, FaultStats> faults() {
        Map<FaultKind, FaultStats> faults = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            MemorySegment histogram = file.memory().asSlice(CountersLayout.histogram(code(kind)), LogHistogram.BYTES);
            faults.put(
                    kind,
                    new FaultStats(
                            LogHistogram.count(histogram),
                            LogHistogram.quantile(histogram, MEDIAN),
                            LogHistogram.quantile(histogram, P99),
                            LogHistogram.max(histogram)));
        }
        return faults;
    }

    /** The latest slow touches, oldest first. */
    List<SlowTouchRing.Touch> slowTouches() {
        return SlowTouchRing.latest(file.memory());
    }

    /** The names of a region's tiers, as its manager ordered them. */
    List<String> tiers(int region) {
        byte[] field = file.memory()
                .asSlice(CountersLayout.region(region) + CountersLayout.REGION_TIERS, CountersLayout.REGION_TIERS_BYTES)
                .toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < field.length && field[length] != 0) {
            length++;
        }
        String names = new String(field, 0, length, StandardCharsets.UTF_8);
        return names.isEmpty() ? List.of() : List.of(names.split(","));
    }

    static int code(FaultKind kind) {
        return switch (kind) {
            case ZERO_FILL -> CountersLayout.FAULT_ZERO_FILL;
            case SAME_FILLED -> CountersLayout.FAULT_SAME_FILLED;
            case FETCH -> CountersLayout.FAULT_FETCH;
            case MINOR -> CountersLayout.FAULT_MINOR;
            case WRITE_PROTECT -> CountersLayout.FAULT_WRITE_PROTECT;
        };
    }

    @Override
    public void close() {
        file.close();
    }
}
