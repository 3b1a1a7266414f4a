// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Workloads made for a memory of {@code capacity} pages. The same seed gives the same trace.
 */
enum SyntheticTrace {
    /** Five times the memory, each access independent, skewed as YCSB does: Zipf with exponent 0.99. */
    ZIPF {
        @Override
        long next(Source source, int i) {
            return source.skewed();
        }
    },
    /** Five times the memory, each page as likely as another: no policy can do anything. */
    UNIFORM {
        @Override
        long next(Source source, int i) {
            return source.random.nextInt(source.pages);
        }
    },
    /** Round and round 1.2 times the memory. */
    LOOP {
        @Override
        long next(Source source, int i) {
            return i % (source.capacity * 12L / 10);
        }
    },
    /** ZIPF, but three accesses in ten are to the next page of a scan that never comes back. */
    ZIPF_SCAN {
        @Override
        long next(Source source, int i) {
            return source.random.nextInt(10) < 3 ? source.pages + (long) i : source.skewed();
        }
    },
    /** ZIPF, but half of the accesses go round and round 0.9 times the memory. */
    ZIPF_LOOP {
        @Override
        long next(Source source, int i) {
            return source.random.nextBoolean()
                    ? source.pages + source.looped++ % (source.capacity * 9L / 10)
                    : source.skewed();
        }
    },
    /** Nine accesses in ten fall in a window of half the memory, which moves on by its own width every ten times the memory. */
    MOVING {
        @Override
        long next(Source source, int i) {
            int start = i / 20;
            return source.random.nextInt(10) == 0
                    ? source.random.nextInt(source.pages)
                    : (start + source.random.nextInt(Math.max(1, source.capacity / 2))) % source.pages;
        }
    };

    abstract long next(Source source, int i);

    /** The name on the command line. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code accesses} accesses. */
    Trace make(long seed, int capacity, int accesses) {
        Source source = new Source(seed, capacity);
        TraceBuilder builder = new TraceBuilder();
        for (int i = 0; i < accesses; i++) {
            builder.add(next(source, i));
        }
        return Trace.of(option(), builder);
    }

    /** Random choices of pages. */
    static final class Source {
        private static final int FOOTPRINT = 5;
        private static final double EXPONENT = 0.99;

        private final SplittableRandom random;
        private final int capacity;
        private final int pages;
        private final double[] cumulative;
        private final int[] pageOfRank;
        private long looped;

        Source(long seed, int capacity) {
            random = new SplittableRandom(seed);
            this.capacity = capacity;
            pages = FOOTPRINT * capacity;
            cumulative = cumulative(pages);
            pageOfRank = shuffled(pages);
        }

        private long skewed() {
            double u = random.nextDouble();
            int low = 0;
            int high = pages - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (cumulative[middle] < u) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return pageOfRank[low];
        }

        private int[] shuffled(int count) {
            int[] order = new int[count];
            for (int i = 0; i < count; i++) {
                int j = random.nextInt(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
            return order;
        }

        private static double[] cumulative(int count) {
            double[] sums = new double[count];
            double sum = 0;
            for (int rank = 0; rank < count; rank++) {
                sum += Math.pow(rank + 1, -EXPONENT);
                sums[rank] = sum;
            }
            for (int rank = 0; rank < count; rank++) {
                sums[rank] /= sum;
            }
            return sums;
        }
    }
}
