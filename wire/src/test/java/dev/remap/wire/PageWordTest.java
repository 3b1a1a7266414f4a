// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageWordTest {
    private static final long LARGEST = (1L << 40) - 1;

    @Test
    void wordKeepsItsFieldsApart() {
        SplittableRandom random = new SplittableRandom(7);
        long word = 0;
        for (int i = 1; i < 200_000; i++) {
            int state = random.nextInt(7);
            int tier = random.nextInt(32);
            long location = random.nextLong(LARGEST + 1);
            word = PageWord.next(word, state, tier, location);
            assertThat(PageWord.state(word)).isEqualTo(state);
            assertThat(PageWord.tier(word)).isEqualTo(tier);
            assertThat(PageWord.location(word)).isEqualTo(location);
            assertThat(PageWord.generation(word)).isEqualTo(i & 0xFFFF);
        }
    }

    @Test
    void extremesFit() {
        long word = PageWord.next(-1L, 6, 31, LARGEST);
        assertThat(PageWord.describe(word)).isEqualTo("FAILED tier 31 location 1099511627775 generation 0");
        assertThat(PageWord.describe(0)).isEqualTo("ABSENT tier 0 location 0 generation 0");
        assertThatThrownBy(() -> PageWord.next(0, 0, 0, LARGEST + 1)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> PageWord.next(0, 0, 0, -1)).isInstanceOf(AssertionError.class);
    }

    @Test
    void nextStateKeepsTheCopyBelow() {
        long word = PageWord.next(PageWord.next(0, PageWord.PUNCHING, 3, 77), PageWord.ABSENT);
        assertThat(PageWord.describe(word)).isEqualTo("ABSENT tier 3 location 77 generation 2");
    }

    @Test
    void statesThatAreInDramForSure() {
        for (int state = 0; state < 7; state++) {
            assertThat(PageWord.isResident(PageWord.next(0, state)))
                    .isEqualTo(state == PageWord.PRESENT || state == PageWord.CLEAN || state == PageWord.DEMOTING);
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                1,
                -1,
                (1L << 39) - 1,
                -(1L << 39),
                0xFFFF_FFFF_8000_0000L,
                0x8000_0000_8000_0000L,
                0xFFFF_FFFE_FFFF_FFFEL,
                0x7FFF_FFFF_7FFF_FFFFL
            })
    void valueOfASameFilledPageComesBack(long value) {
        int tier = PageWord.fillTier(value);
        assertThat(PageWord.isFill(tier)).isTrue();
        assertThat(PageWord.isStored(tier)).isFalse();
        long word = PageWord.next(0, PageWord.ABSENT, tier, PageWord.fillLocation(tier, value));
        assertThat(PageWord.fillValue(word)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 39, -(1L << 39) - 1, Long.MIN_VALUE, 0x0000_0001_0000_0002L << 8})
    void valueThatDoesNotFitIsNotKeptInTheWord(long value) {
        assertThat(PageWord.fillTier(value)).isEqualTo(PageWord.TIER_NONE);
    }

    @Test
    void everyValueThatIsKeptComesBack() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 200_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            value = random.nextBoolean() ? value : (value << 32) | (value & 0xFFFF_FFFFL);
            int tier = PageWord.fillTier(value);
            if (tier != PageWord.TIER_NONE) {
                long word = PageWord.next(0, 0, tier, PageWord.fillLocation(tier, value));
                assertThat(PageWord.fillValue(word)).isEqualTo(value);
            }
        }
    }
}
