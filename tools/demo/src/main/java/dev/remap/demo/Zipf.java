// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.util.random.RandomGenerator;

/**
 * Numbers from 1 to n, of which k comes up in proportion to 1 / k^s. By rejection-inversion (Hörmann and Derflinger, 1996): no table, a
 * constant number of steps on average. Not thread-safe.
 */
final class Zipf {
    private final RandomGenerator random;
    private final long count;
    private final double exponent;
    private final double lowest;
    private final double span;
    private final double shortcut;

    /** Numbers up to {@code count}; the exponent is above 0 and not 1. */
    Zipf(long count, double exponent, RandomGenerator random) {
        if (count < 1 || !(exponent > 0) || exponent == 1) {
            throw new IllegalArgumentException("Zipf over " + count + " numbers with exponent " + exponent);
        }
        this.random = random;
        this.count = count;
        this.exponent = exponent;
        lowest = integral((double) count + 0.5);
        span = integral(1.5) - 1 - lowest;
        shortcut = 2 - inverse(integral(2.5) - Math.pow(2, -exponent));
    }

    long next() {
        while (true) {
            double u = lowest + random.nextDouble() * span;
            double x = inverse(u);
            long k = Math.clamp(Math.round(x), 1, count);
            if ((double) k - x <= shortcut || u >= integral((double) k + 0.5) - Math.pow((double) k, -exponent)) {
                return k;
            }
        }
    }

    /** Of x^-s, from 0. */
    private double integral(double x) {
        return Math.pow(x, 1 - exponent) / (1 - exponent);
    }

    private double inverse(double y) {
        return Math.pow(y * (1 - exponent), 1 / (1 - exponent));
    }
}
