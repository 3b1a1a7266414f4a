// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.FaultKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** One kind of fault under one condition: a time of each side a round, taken one after the other. */
final class FaultFigures {
    private final FaultKind kind;
    private final List<TouchTimes> remap = new ArrayList<>();
    private final List<TouchTimes> bare = new ArrayList<>();
    private double shareOfKind;

    FaultFigures(FaultKind kind) {
        this.kind = kind;
    }

    void addRemap(TouchTimes times, double share) {
        shareOfKind = (shareOfKind * remap.size() + share) / (remap.size() + 1);
        remap.add(times);
    }

    void addBare(TouchTimes times) {
        bare.add(times);
    }

    FaultKind kind() {
        return kind;
    }

    /** Which share of the touches were faults of this kind, by the manager's count. */
    double shareOfKind() {
        return shareOfKind;
    }

    boolean hasBare() {
        return !bare.isEmpty();
    }

    Spread remapP50() {
        return spread(remap, TouchTimes::p50Ns);
    }

    Spread remapP99() {
        return spread(remap, TouchTimes::p99Ns);
    }

    Spread bareP50() {
        return spread(bare, TouchTimes::p50Ns);
    }

    Spread bareP99() {
        return spread(bare, TouchTimes::p99Ns);
    }

    Spread p50Ratio() {
        return ratio(TouchTimes::p50Ns);
    }

    Spread p99Ratio() {
        return ratio(TouchTimes::p99Ns);
    }

    private static Spread spread(List<TouchTimes> times, ToDoubleFunction<TouchTimes> figure) {
        return Spread.range(times.stream().mapToDouble(figure).toArray());
    }

    /** Of each round's two sides, which had the machine in the same mood. */
    private Spread ratio(ToDoubleFunction<TouchTimes> figure) {
        return Spread.range(IntStream.range(0, Math.min(remap.size(), bare.size()))
                .mapToDouble(i -> figure.applyAsDouble(remap.get(i)) / figure.applyAsDouble(bare.get(i)))
                .toArray());
    }
}
