// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ArbiterTest {
    private static final long MIB = 1 << 20;
    private static final long TOTAL = 640 * MIB;

    private static Arbiter.Demand demand(long min, long limit, long used, double need) {
        return new Arbiter.Demand(min * MIB, TOTAL, 100, limit * MIB, used * MIB, 0, need);
    }

    private static long[] divide(Arbiter.Demand... demands) {
        return Arrays.stream(Arbiter.divide(List.of(demands), TOTAL))
                .map(bytes -> bytes / MIB)
                .toArray();
    }

    @Test
    void whatIsFreeGoesToWhoHasUseForIt() {
        assertThat(divide(demand(0, 100, 95, 0.1), demand(0, 100, 20, 0))).containsExactly(540, 100);
    }

    @Test
    void memoryMovesFromWhoWouldNotMissItAndIsReceivedOnlyOnceItIsFree() {
        assertThat(divide(demand(0, 320, 310, 0.5), demand(0, 320, 310, 0))).containsExactly(320, 310);
        assertThat(divide(demand(0, 320, 310, 0.5), demand(0, 310, 310, 0))).containsExactly(330, 310);
    }

    @Test
    void nobodyFallsBelowWhatIsGuaranteed() {
        assertThat(divide(demand(0, 340, 340, 5), demand(300, 300, 290, 0))).containsExactly(340, 300);
    }

    @Test
    void whoNeedsAsMuchKeepsWhatItHas() {
        assertThat(divide(demand(0, 320, 310, 0.5), demand(0, 320, 310, 0.4))).containsExactly(320, 320);
    }

    @Test
    void compressedPagesAreRoomThatCannotBeTaken() {
        Arbiter.Demand full = new Arbiter.Demand(0, TOTAL, 100, 320 * MIB, 320 * MIB, 280 * MIB, 0);
        assertThat(divide(full, demand(0, 320, 310, 1))[0]).isEqualTo(319);
    }

    @Test
    void aWishForLessIsHeededAtOnce() {
        Arbiter.Demand modest = new Arbiter.Demand(0, 64 * MIB, 100, 320 * MIB, 320 * MIB, 0, 9);
        assertThat(divide(modest, demand(0, 320, 310, 0))[0]).isEqualTo(64);
    }

    /** Whatever they ask for, and however slowly they give back. */
    @Test
    void theSumNeverExceedsWhatThereIs() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            int count = random.nextInt(1, 9);
            long[] limits = new long[count];
            long[] used = new long[count];
            Arrays.fill(limits, TOTAL / count);
            for (int tick = 0; tick < 50; tick++) {
                List<Arbiter.Demand> demands = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    used[i] = Math.max(used[i] - random.nextLong(8 * MIB), Math.min(limits[i], random.nextLong(TOTAL)));
                    demands.add(new Arbiter.Demand(
                            4 * MIB, TOTAL, random.nextInt(1, 500), limits[i], used[i], 0, random.nextDouble(2)));
                }
                limits = Arbiter.divide(demands, TOTAL);
                long sum = 0;
                for (int i = 0; i < count; i++) {
                    assertThat(limits[i]).isGreaterThanOrEqualTo(4 * MIB);
                    sum += Math.max(limits[i], used[i]);
                }
                assertThat(sum).isLessThanOrEqualTo(TOTAL);
            }
        }
    }
}
