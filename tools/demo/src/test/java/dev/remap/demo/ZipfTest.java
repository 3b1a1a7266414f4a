// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZipfTest {
    private static final double EXPONENT = 0.99;
    private static final int DRAWS = 400_000;

    @Test
    void frequenciesFollowTheLaw() {
        int count = 50;
        Zipf zipf = new Zipf(count, EXPONENT, new SplittableRandom(3));
        int[] found = new int[count + 1];
        for (int i = 0; i < DRAWS; i++) {
            found[(int) zipf.next()]++;
        }

        double sum = IntStream.rangeClosed(1, count)
                .mapToDouble(k -> Math.pow(k, -EXPONENT))
                .sum();
        for (int k = 1; k <= count; k++) {
            double expected = Math.pow(k, -EXPONENT) / sum;
            assertThat((double) found[k] / DRAWS).isCloseTo(expected, within(0.003));
        }
    }

    @Test
    void numbersStayWithinTheirRange() {
        Zipf zipf = new Zipf(3_000_000_000L, EXPONENT, new SplittableRandom(4));
        for (int i = 0; i < DRAWS; i++) {
            assertThat(zipf.next()).isBetween(1L, 3_000_000_000L);
        }
        assertThat(new Zipf(1, EXPONENT, new SplittableRandom(4)).next()).isEqualTo(1);
    }

    @Test
    void whatHasNoLawIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Zipf(0, EXPONENT, new SplittableRandom(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Zipf(9, 1, new SplittableRandom(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Zipf(9, Double.NaN, new SplittableRandom(1)));
    }

    @Test
    void sameSeedPicksTheSameKeys() {
        KeyPicker one = new KeyPicker(100_000, 6);
        KeyPicker other = new KeyPicker(100_000, 6);
        KeyPicker different = new KeyPicker(100_000, 7);
        int differences = 0;
        for (int i = 0; i < 1_000; i++) {
            long key = one.next();
            assertThat(key).isEqualTo(other.next()).isBetween(0L, 99_999L);
            differences += key == different.next() ? 0 : 1;
        }

        assertThat(differences).isGreaterThan(500);
    }

    @Test
    void frequentKeysLieApart() {
        KeyPicker picker = new KeyPicker(1_280_000, 6);
        BitSet blocks = new BitSet();
        BitSet keys = new BitSet();
        for (int i = 0; i < 1_000; i++) {
            int key = (int) picker.next();
            keys.set(key);
            blocks.set(key / KeyEntry.PER_BLOCK);
        }

        assertThat(blocks.cardinality()).isGreaterThan(keys.cardinality() * 9 / 10);
    }
}
