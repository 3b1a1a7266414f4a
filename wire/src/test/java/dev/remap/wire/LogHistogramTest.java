// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogHistogramTest {
    private final MemorySegment histogram = Arena.ofAuto().allocate(LogHistogram.BYTES, 8);

    @Test
    void emptyHistogramAnswersZero() {
        assertThat(LogHistogram.count(histogram)).isZero();
        assertThat(LogHistogram.max(histogram)).isZero();
        assertThat(LogHistogram.quantile(histogram, 0.99)).isZero();
    }

    @Test
    void everyValueIsInABucketNoWiderThanAnEighthOfIt() {
        for (long value = 1; value > 0; value = value < 1000 ? value + 1 : value + value / 7) {
            int bucket = LogHistogram.bucket(value);
            long low = LogHistogram.lowest(bucket);
            assertThat(value).isGreaterThanOrEqualTo(low);
            if (value < Long.MAX_VALUE / 2) {
                long high = LogHistogram.lowest(bucket + 1);
                assertThat(value).isLessThan(high);
                assertThat(high - low).as("bucket of %d", value).isLessThanOrEqualTo(Math.max(1, low / 8));
            }
        }
    }

    @Test
    void quantilesAreWithinAnEighthOfTheTruth() {
        SplittableRandom random = new SplittableRandom(5);
        long[] values = new long[50_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 20);
            LogHistogram.record(histogram, values[i]);
        }
        Arrays.sort(values);
        assertThat(LogHistogram.count(histogram)).isEqualTo(values.length);
        assertThat(LogHistogram.max(histogram)).isEqualTo(values[values.length - 1]);
        for (double fraction : new double[] {0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
            long truth = values[(int) Math.ceil(fraction * values.length) - 1];
            assertThat((double) LogHistogram.quantile(histogram, fraction))
                    .as("quantile " + fraction)
                    .isBetween(truth * 0.875 - 1, truth * 1.125 + 1);
        }
    }

    @Test
    void extremesAreRecorded() {
        LogHistogram.record(histogram, -5);
        LogHistogram.record(histogram, 0);
        LogHistogram.record(histogram, Long.MAX_VALUE);
        assertThat(LogHistogram.count(histogram)).isEqualTo(3);
        assertThat(LogHistogram.quantile(histogram, 0.5)).isZero();
        assertThat(LogHistogram.max(histogram)).isEqualTo(Long.MAX_VALUE);
        assertThat(LogHistogram.quantile(histogram, 1)).isPositive();
    }
}
