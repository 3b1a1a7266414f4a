// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import java.util.SplittableRandom;

/** Synthetic traces for a cache of {@code capacity} pages. The same seed gives the same trace. */
final class Traces {

    private final SplittableRandom random;
    private final int capacity;
    private final int length;
    private final double[] zipf;
    private final int[] pageOfRank;

    Traces(long seed, int capacity, int length) {
        random = new SplittableRandom(seed);
        this.capacity = capacity;
        this.length = length;
        int pages = 5 * capacity;
        zipf = cumulativeZipf(pages, 0.99);
        pageOfRank = shuffled(pages);
    }

    /** Five times the capacity, skewed as YCSB does. */
    int[] zipf() {
        int[] trace = new int[length];
        for (int i = 0; i < length; i++) {
            trace[i] = zipfPage();
        }
        return trace;
    }

    /** The same, but three touches in ten are of the next page of a scan that never comes back. */
    int[] zipfAndScan() {
        int[] trace = new int[length];
        int scanned = pageOfRank.length;
        for (int i = 0; i < length; i++) {
            trace[i] = random.nextInt(10) < 3 ? scanned++ : zipfPage();
        }
        return trace;
    }

    /** Round and round 1.2 times the capacity. */
    int[] loop() {
        int[] trace = new int[length];
        for (int i = 0; i < length; i++) {
            trace[i] = i % (capacity * 12 / 10);
        }
        return trace;
    }

    /** Nine touches in ten fall in a window of half the capacity, which moves on by its own width every ten capacities. */
    int[] movingHotSet() {
        int[] trace = new int[length];
        int pages = pageOfRank.length;
        for (int i = 0; i < length; i++) {
            int start = i / 20;
            trace[i] = random.nextInt(10) == 0 ? random.nextInt(pages) : (start + random.nextInt(capacity / 2)) % pages;
        }
        return trace;
    }

    private int zipfPage() {
        double u = random.nextDouble();
        int low = 0;
        int high = zipf.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (zipf[middle] < u) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return pageOfRank[low];
    }

    private int[] shuffled(int pages) {
        int[] order = new int[pages];
        for (int i = 0; i < pages; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static double[] cumulativeZipf(int pages, double exponent) {
        double[] cumulative = new double[pages];
        double sum = 0;
        for (int rank = 0; rank < pages; rank++) {
            sum += Math.pow(rank + 1, -exponent);
            cumulative[rank] = sum;
        }
        for (int rank = 0; rank < pages; rank++) {
            cumulative[rank] /= sum;
        }
        return cumulative;
    }
}
