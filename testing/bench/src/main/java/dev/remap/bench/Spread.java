// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * What repeated measurements of one thing came to.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param low the lower end of what counts as its noise
 * @param high the upper end
 */
record Spread(double median, double low, double high) {
    /** From the smallest to the largest; not a number if there are none. */
    static Spread range(double... values) {
        return of(0, values);
    }

    /** The same. */
    static Spread range(List<Double> values) {
        return range(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** From the first to the third quartile: what a typical measurement differs by, whatever the machine's worst moments were. */
    static Spread quartiles(double... values) {
        return of(0.25, values);
    }

    private static Spread of(double cut, double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(at(sorted, 0.5), at(sorted, cut), at(sorted, 1 - cut));
    }

    /** The quantile of sorted values, interpolated between the two that are nearest. */
    static double at(double[] sorted, double quantile) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double position = quantile * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** "14.1 us (13.9..14.8)", in the unit of the median. */
    String text(Unit unit) {
        return text(unit.symbol(), value -> value / unit.ns());
    }

    /** "1.04 (0.99..1.10)". */
    String ratioText() {
        return Format.of("%.2f (%.2f..%.2f)", median, low, high);
    }

    private String text(String symbol, DoubleUnaryOperator scale) {
        double middle = scale.applyAsDouble(median);
        String pattern = middle < 10 ? "%.2f %s (%.2f..%.2f)" : "%.1f %s (%.1f..%.1f)";
        return Format.of(pattern, middle, symbol, scale.applyAsDouble(low), scale.applyAsDouble(high));
    }

    Map<String, Double> json() {
        return Map.of("median", median, "low", low, "high", high);
    }
}
