// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Everything a run over files found.
 *
 * @param sizing what was asked for
 * @param dataBytes bytes of keys and records
 * @param entries orders
 * @param buildSeconds what making the files took; 0 if they were there
 * @param limited whether a control group held every way to the memory limit
 * @param ways each way's phases
 */
record FilesResult(
        FilesSizing sizing,
        long dataBytes,
        long entries,
        double buildSeconds,
        boolean limited,
        Map<Way, Map<Phase, PhaseResult>> ways) {
    FilesResult {
        ways = new EnumMap<>(ways);
    }

    PhaseResult phase(Way way, Phase phase) {
        return Objects.requireNonNull(Objects.requireNonNull(ways.get(way)).get(phase));
    }

    /**
     * How many lookups of a phase all ways did and read the same bytes in.
     *
     * @throws IllegalStateException if any two read different bytes, or nothing can be compared
     */
    long compared(Phase phase) {
        List<Long> first = phase(Way.CHANNEL, phase).trail();
        int common = first.size();
        for (Way way : Way.values()) {
            List<Long> trail = phase(way, phase).trail();
            common = Math.min(common, trail.size());
            if (!trail.subList(0, common).equals(first.subList(0, common))) {
                throw new IllegalStateException(way.title() + " and " + Way.CHANNEL.title()
                        + " read different bytes in the phase " + phase.id());
            }
        }
        if (common == 0) {
            throw new IllegalStateException("no lookups to compare in the phase " + phase.id());
        }
        long fewest = Long.MAX_VALUE;
        for (Way way : Way.values()) {
            fewest = Math.min(fewest, phase(way, phase).lookups());
        }
        return Math.min(fewest, (long) common * Lookups.STRIDE);
    }
}
