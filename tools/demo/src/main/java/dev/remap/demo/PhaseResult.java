// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What one phase of lookups by one way took.
 *
 * @param lookups how many
 * @param seconds how long, all together
 * @param p50Ns the median lookup
 * @param p99Ns of a hundred lookups, 99 took no longer
 * @param readBytes what the program, and Remap's manager, had the disk read
 * @param scannedBytes what the scan beside them read
 * @param stallNs the longest stop of all threads, from asking for it to its end
 * @param trail the running checksum after each {@value Lookups#STRIDE} lookups
 */
record PhaseResult(
        long lookups,
        double seconds,
        long p50Ns,
        long p99Ns,
        long readBytes,
        long scannedBytes,
        long stallNs,
        List<Long> trail) {
    PhaseResult {
        trail = List.copyOf(trail);
    }

    double lookupsPerSecond() {
        return seconds <= 0 ? 0 : lookups / seconds;
    }

    /** This, with the stall that the JVM's log has. */
    PhaseResult stallNs(long value) {
        return beside(scannedBytes, value);
    }

    /** This, with what a scan read meanwhile, and the stall. */
    PhaseResult beside(long scanned, long stall) {
        return new PhaseResult(lookups, seconds, p50Ns, p99Ns, readBytes, scanned, stall, trail);
    }

    /** For JSON. The trail only between parent and child. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("lookups", lookups);
        fields.put("seconds", seconds);
        fields.put("lookups_per_second", lookupsPerSecond());
        fields.put("p50_ns", p50Ns);
        fields.put("p99_ns", p99Ns);
        fields.put("read_bytes", readBytes);
        fields.put("scanned_bytes", scannedBytes);
        fields.put("longest_stall_ns", stallNs);
        return fields;
    }

    static PhaseResult parse(Map<?, ?> fields) {
        ToLongFunction<String> number = name -> number(fields, name).longValue();
        return new PhaseResult(
                number.applyAsLong("lookups"),
                number(fields, "seconds").doubleValue(),
                number.applyAsLong("p50_ns"),
                number.applyAsLong("p99_ns"),
                number.applyAsLong("read_bytes"),
                number.applyAsLong("scanned_bytes"),
                number.applyAsLong("longest_stall_ns"),
                trail(fields));
    }

    private static List<Long> trail(Map<?, ?> fields) {
        List<Long> trail = new ArrayList<>();
        if (fields.get("trail") instanceof List<?> marks) {
            marks.forEach(mark -> trail.add(Long.parseLong(String.valueOf(mark))));
        }
        return trail;
    }

    private static Number number(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof Number number) {
            return number;
        }
        throw new IllegalArgumentException("no number " + name + " in " + fields);
    }
}
