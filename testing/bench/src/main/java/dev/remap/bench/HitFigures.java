// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One kind of access: each memory's time an access, in nanoseconds, a figure a round. */
final class HitFigures {
    private static final double TOO_WIDE = 0.3;

    private final Access access;
    private final Map<Memory, List<Double>> timesNs = new EnumMap<>(Memory.class);

    /** A kind of access, and the benchmark that measures it. */
    enum Access {
        SEQUENTIAL_SUM("sequential sum, a read", "sequentialSum", HitBenchmark.ACCESSES),
        RANDOM_READ("random 8-byte read", "randomRead", HitBenchmark.ACCESSES),
        RANDOM_STORE("random 8-byte store", "randomStore", HitBenchmark.ACCESSES),
        COPY_SMALL("bulk copy of 4 KiB", "copySmall", HitBenchmark.SMALL_COPIES),
        COPY_LARGE("bulk copy of 64 KiB", "copyLarge", 1);

        private final String words;
        private final String method;
        private final int perInvocation;

        Access(String words, String method, int perInvocation) {
            this.words = words;
            this.method = method;
            this.perInvocation = perInvocation;
        }

        String words() {
            return words;
        }

        String method() {
            return method;
        }

        /** Accesses of this kind in one invocation of the benchmark. */
        int perInvocation() {
            return perInvocation;
        }
    }

    HitFigures(Access access) {
        this.access = access;
    }

    void add(Memory memory, double ns) {
        timesNs.computeIfAbsent(memory, ignored -> new ArrayList<>()).add(ns);
    }

    Access access() {
        return access;
    }

    Spread time(Memory memory) {
        return Spread.range(values(memory));
    }

    /** Remap's time to another's, of each round; the middle half of the rounds is its noise. */
    Spread ratio(Memory other) {
        double[] remap = values(Memory.REMAP);
        double[] plain = values(other);
        return Spread.quartiles(IntStream.range(0, Math.min(remap.length, plain.length))
                .mapToDouble(i -> remap[i] / plain[i])
                .toArray());
    }

    /**
     * What the ratio says: whether its spread contains 1.00, and if not, who is ahead. A spread that would contain much else says
     * nothing.
     */
    static String verdict(Spread ratio) {
        if (ratio.high() - ratio.low() > TOO_WIDE) {
            return "too noisy to tell";
        }
        if (ratio.contains(1)) {
            return "1.00 within noise";
        }
        return ratio.low() > 1 ? "Remap is slower" : "Remap is faster";
    }

    private double[] values(Memory memory) {
        return timesNs.getOrDefault(memory, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }
}
