// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a simulation found, for people and for programs. Its results are ordered by memory. */
record SimulationReport(Trace trace, List<Simulation.Result> results) {
    private static final double KIB_A_PAGE = 4;

    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %,d accesses to %,d pages, %s of 4 KiB%n",
                trace.name(),
                trace.pages().length,
                trace.distinctPages(),
                size((long) trace.distinctPages() * trace.oneIn())));
        if (trace.oneIn() > 1) {
            text.append(String.format(
                    Locale.ROOT,
                    "a sample of one page in %d: each memory is simulated at 1/%d%n",
                    trace.oneIn(),
                    trace.oneIn()));
        }
        if (trace.lostAccesses() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%,d events of it were lost: the recorder was too slow for them%n",
                    trace.lostAccesses()));
        }
        text.append(String.format(
                Locale.ROOT,
                "%n%10s  %-9s %7s %8s %12s %9s%n",
                "memory",
                "policy",
                "hits %",
                "minor %",
                "bytes/page",
                "ns/access"));
        long before = 0;
        for (Simulation.Result result : results) {
            text.append(line(result, result.memoryPages() != before));
            before = result.memoryPages();
        }
        return text.toString();
    }

    private static String line(Simulation.Result result, boolean first) {
        return String.format(
                Locale.ROOT,
                "%10s  %-9s %7.2f %8s %12s %9.0f%n",
                first ? size(result.memoryPages()) : "",
                result.policy(),
                result.hitPercent(),
                result.bytesAPage() == 0 ? "-" : String.format(Locale.ROOT, "%.2f", result.minorPercent()),
                result.bytesAPage() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", result.bytesAPage()),
                result.nsAnAccess());
    }

    private static String size(long pages) {
        double kib = pages * KIB_A_PAGE;
        if (kib < 1024) {
            return String.format(Locale.ROOT, "%.0f KiB", kib);
        }
        return kib < 1 << 20
                ? String.format(Locale.ROOT, "%.1f MiB", kib / 1024)
                : String.format(Locale.ROOT, "%.1f GiB", kib / (1 << 20));
    }

    /** One object, on one line. */
    String json() {
        String all = results.stream().map(SimulationReport::json).collect(Collectors.joining(","));
        return String.format(
                Locale.ROOT,
                "{\"trace\":%s,\"accesses\":%d,\"distinctPages\":%d,\"oneIn\":%d,\"lost\":%d,\"results\":[%s]}",
                quoted(trace.name()),
                trace.pages().length,
                trace.distinctPages(),
                trace.oneIn(),
                trace.lostAccesses(),
                all);
    }

    private static String json(Simulation.Result result) {
        return String.format(
                Locale.ROOT,
                "{\"policy\":\"%s\",\"memoryPages\":%d,\"hits\":%d,\"hitPercent\":%.4f,\"minorFaults\":%d,"
                        + "\"bytesAPage\":%.3f,\"nsAnAccess\":%.1f}",
                result.policy(),
                result.memoryPages(),
                result.hits(),
                result.hitPercent(),
                result.minorFaults(),
                result.bytesAPage(),
                result.nsAnAccess());
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
