// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The result of a run over files, as a table of at most 100 columns and as a line of JSON. */
final class FilesReport {
    private static final String ROW = "%-21s %11s %10s %10s %11s %13s %13s";

    private FilesReport() {}

    static List<String> lines(FilesResult result, Screen screen) {
        List<String> lines = new ArrayList<>();
        table(result, screen, Phase.ALONE, "LOOKUPS ALONE", lines);
        table(result, screen, Phase.BESIDE_SCAN, "LOOKUPS BESIDE A SCAN", lines);
        lines.add("");
        lines.add("  stall: the longest stop of all threads of the program's JVM, one every 10 ms being asked for");
        lines.add("  Region.read leaves nothing in DRAM: it is for bytes that are read once");
        lines.add("  disk read: by the program and Remap's manager, the scan's part included");
        lines.add(
                result.limited()
                        ? "  one memory limit for each way: "
                                + Units.bytes(result.sizing().memoryBytes()) + ", Remap's manager included in Remap's"
                        : "  NO memory limit: the peers could use all of this machine's page cache");
        for (Phase phase : List.of(Phase.ALONE, Phase.BESIDE_SCAN)) {
            lines.add("  " + screen.mark(true) + " " + Units.count(result.compared(phase)) + " lookups compared, "
                    + phase.label() + ": all ways read the same bytes");
        }
        lines.add("");
        return lines;
    }

    private static void table(FilesResult result, Screen screen, Phase phase, String title, List<String> lines) {
        lines.add("");
        lines.add("  "
                + screen.heading(
                        Units.format(ROW, title, "lookups/s", "p50", "p99", "stall", "disk read", scan(phase, "scan"))
                                .stripTrailing()));
        for (Way way : Way.values()) {
            PhaseResult row = result.phase(way, phase);
            lines.add(Units.format(
                            "  " + ROW,
                            way.title(),
                            Units.count(Math.round(row.lookupsPerSecond())),
                            Units.time(row.p50Ns()),
                            Units.time(row.p99Ns()),
                            Units.time(row.stallNs()),
                            Units.bytes(row.readBytes()),
                            scan(phase, Units.rate(row.scannedBytes(), row.seconds())))
                    .stripTrailing());
        }
    }

    private static String scan(Phase phase, String text) {
        return phase.scans() ? text : "";
    }

    static String json(FilesResult result) throws IOException {
        return JSON.std.asString(fields(result));
    }

    static Map<String, Object> fields(FilesResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("data_bytes", result.dataBytes());
        fields.put("entries", result.entries());
        fields.put("build_seconds", result.buildSeconds());
        fields.put("dram_budget_bytes", result.sizing().dramBytes());
        fields.put("memory_limit_bytes", result.limited() ? result.sizing().memoryBytes() : 0);
        fields.put("memory_limited", result.limited());
        fields.put("page_cache_dropped", true);
        fields.put("compared_lookups", result.compared(Phase.ALONE) + result.compared(Phase.BESIDE_SCAN));
        for (Way way : Way.values()) {
            Map<String, Object> phases = new LinkedHashMap<>();
            for (Phase phase : List.of(Phase.ALONE, Phase.BESIDE_SCAN)) {
                phases.put(phase.id(), result.phase(way, phase).fields());
            }
            fields.put(way.id(), phases);
        }
        return fields;
    }
}
