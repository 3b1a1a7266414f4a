// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What operations under faults came to: how many, how they ended, and the longest of each. Thread-safe. */
final class FaultCounts {
    private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();
    private final Map<String, Long> longestMs = new ConcurrentHashMap<>();

    void ended(String operation, String how, long elapsedMs) {
        add(operation + " " + how, 1);
        longestMs.merge(operation, elapsedMs, Math::max);
    }

    void add(String what, long more) {
        ends.computeIfAbsent(what, any -> new LongAdder()).add(more);
    }

    long total() {
        return ends.values().stream().mapToLong(LongAdder::sum).sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(ends).forEach((what, count) -> text.append(String.format("  %-32s %,12d%n", what, count.sum())));
        text.append("  longest, in ms:");
        new TreeMap<>(longestMs).forEach((what, ms) -> text.append(String.format(" %s %,d", what, ms)));
        return text.append(System.lineSeparator()).toString();
    }
}
