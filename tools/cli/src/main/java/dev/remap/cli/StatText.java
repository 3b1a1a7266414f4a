// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.wire.CountersLayout;
import dev.remap.wire.LogHistogram;
import dev.remap.wire.PageWord;
import dev.remap.wire.SlowTouchRing;
import dev.remap.wire.Taint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code remap stat} prints: of each manager its memory, faults, regions, and the slow touches since the last look. */
final class StatText {
    private static final long PAGE = 4096;
    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_S = 1e9;
    private static final double P99 = 0.99;
    private static final String[] KINDS = {"zero-fill", "same-filled", "fetch", "minor", "write-protect"};
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    /** What was seen at the last look. */
    private record Seen(long timeNs, long faults, long slowTouches) {}

    private final Map<Long, Seen> lastSeen = new HashMap<>();

    boolean isOf(ManagerCounters counters, long pid) {
        return counters.get(CountersLayout.MANAGER_PID) == pid || counters.get(CountersLayout.APPLICATION_PID) == pid;
    }

    List<String> lines(List<ManagerCounters> managers, long nowNs) {
        List<String> lines = new ArrayList<>();
        for (ManagerCounters manager : managers) {
            long pid = manager.get(CountersLayout.MANAGER_PID);
            Seen before = lastSeen.get(pid);
            Seen now = new Seen(nowNs, faults(manager), manager.get(CountersLayout.SLOW_TOUCHES));
            lines.add(memory(manager, pid));
            lines.add(faultLine(manager, before, now));
            for (int region : manager.regions()) {
                lines.add(region(manager, region));
            }
            slowTouches(manager, before == null ? 0 : before.slowTouches, lines);
            lastSeen.put(pid, now);
        }
        return lines;
    }

    private static String memory(ManagerCounters manager, long pid) {
        long failed = manager.get(CountersLayout.FAILED_PAGES);
        String taints = Taint.letters(manager.get(CountersLayout.TAINTS));
        return String.format(
                Locale.ROOT,
                "manager %d of process %d%s: DRAM %s of %s, of which tiers %s, inactive %s, peak %s%s%s",
                pid,
                manager.get(CountersLayout.APPLICATION_PID),
                standby(manager),
                pages(manager.get(CountersLayout.USED_PAGES)),
                pages(manager.get(CountersLayout.BUDGET_PAGES)),
                pages(manager.get(CountersLayout.TIER_PAGES)),
                pages(manager.get(CountersLayout.INACTIVE_PAGES)),
                pages(manager.get(CountersLayout.PEAK_PAGES)),
                failed > 0 ? ", FAILED PAGES " + failed : "",
                taints.isEmpty() ? "" : ", TAINTED " + taints + " (remap driver list says by what)");
    }

    private static String standby(ManagerCounters manager) {
        long standby = manager.get(CountersLayout.STANDBY_PID);
        long takeovers = manager.get(CountersLayout.TAKEOVERS);
        String text = standby == 0 ? "" : ", standby " + standby;
        return takeovers == 0
                ? text
                : text
                        + String.format(
                                Locale.ROOT,
                                ", takeovers %d (the last took %.1f ms)",
                                takeovers,
                                manager.get(CountersLayout.LAST_TAKEOVER_NS) / NS_PER_MS);
    }

    private static String faultLine(ManagerCounters manager, @Nullable Seen before, Seen now) {
        StringBuilder line = new StringBuilder("  faults ").append(now.faults);
        if (before != null) {
            double seconds = (now.timeNs - before.timeNs) / NS_PER_S;
            line.append(String.format(Locale.ROOT, " (%.0f/s)", (now.faults - before.faults) / seconds));
        }
        for (int kind = 0; kind < CountersLayout.FAULT_KINDS; kind++) {
            MemorySegment histogram = manager.histogram(kind);
            if (LogHistogram.count(histogram) > 0) {
                line.append(String.format(
                        Locale.ROOT,
                        ", %s p99 %.0f us",
                        KINDS[kind],
                        LogHistogram.quantile(histogram, P99) / NS_PER_US));
            }
        }
        return line.append(String.format(
                        Locale.ROOT,
                        "; longest safepoint %.1f ms",
                        manager.get(CountersLayout.LONGEST_SAFEPOINT_NS) / NS_PER_MS))
                .toString();
    }

    private static String region(ManagerCounters manager, int region) {
        return String.format(
                Locale.ROOT,
                "  region %s: %s over %s; resident %s, stored %s in %s, in %s, out %s, read ahead %s (wasted %s), stalled %.2f s",
                manager.name(region),
                Sizes.text(manager.get(region, CountersLayout.REGION_SIZE_BYTES)),
                manager.tiers(region).isEmpty() ? "no tiers" : manager.tiers(region),
                pages(manager.get(region, CountersLayout.REGION_RESIDENT_PAGES)),
                pages(manager.get(region, CountersLayout.REGION_STORED_PAGES)),
                Sizes.text(manager.get(region, CountersLayout.REGION_OCCUPIED_BYTES)),
                Sizes.text(manager.get(region, CountersLayout.REGION_BYTES_IN)),
                Sizes.text(manager.get(region, CountersLayout.REGION_BYTES_OUT)),
                pages(manager.get(region, CountersLayout.REGION_READ_AHEAD_PAGES)),
                pages(manager.get(region, CountersLayout.REGION_READ_AHEAD_WASTED)),
                manager.get(region, CountersLayout.REGION_STALLED_NS) / NS_PER_S);
    }

    private static void slowTouches(ManagerCounters manager, long after, List<String> lines) {
        for (SlowTouchRing.Touch touch : manager.slowTouches()) {
            if (touch.number() > after) {
                lines.add(slowTouch(manager, touch));
            }
        }
    }

    private static String slowTouch(ManagerCounters manager, SlowTouchRing.Touch touch) {
        return String.format(
                Locale.ROOT,
                "  slow touch %s: %.1f ms, region %s, offset %d, tier %s, %s, thread %s",
                TIME.format(Instant.ofEpochMilli(touch.epochMillis()).atZone(ZoneId.systemDefault())),
                touch.stallNs() / NS_PER_MS,
                manager.name(touch.region()),
                touch.offset(),
                tier(manager, touch),
                touch.cause() < KINDS.length ? KINDS[touch.cause()] : "waited for memory",
                thread(manager.get(CountersLayout.APPLICATION_PID), touch.threadId()));
    }

    private static String tier(ManagerCounters manager, SlowTouchRing.Touch touch) {
        String[] names = manager.tiers(touch.region()).split(",");
        int index = touch.tier() - PageWord.TIER_FIRST;
        if (PageWord.isFill(touch.tier())) {
            return "same-filled";
        }
        if (touch.tier() == PageWord.TIER_DEVICE) {
            return "device";
        }
        return index >= 0 && index < names.length ? names[index] : "none";
    }

    private static String thread(long pid, int threadId) {
        if (threadId == 0) {
            return "not known";
        }
        try {
            Path name = Path.of("/proc/" + pid + "/task/" + threadId + "/comm");
            return threadId + " " + Files.readString(name).strip();
        } catch (IOException e) {
            return threadId + " (ended)";
        }
    }

    private static long faults(ManagerCounters manager) {
        long faults = 0;
        for (int kind = 0; kind < CountersLayout.FAULT_KINDS; kind++) {
            faults += LogHistogram.count(manager.histogram(kind));
        }
        return faults;
    }

    private static String pages(long pages) {
        return Sizes.text(pages * PAGE);
    }
}
