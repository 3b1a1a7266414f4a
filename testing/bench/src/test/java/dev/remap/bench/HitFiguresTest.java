// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HitFiguresTest {
    @Test
    void afterAllRoundsEachMemoryHasBeenInEveryPlaceEquallyOften() {
        int count = Memory.values().length;
        int[][] times = new int[count][count];
        for (int i = 0; i < Memory.iterations(2 * count); i++) {
            times[Arrays.asList(Memory.values()).indexOf(Memory.turn(i))][i % count]++;
        }
        for (int[] row : times) {
            assertThat(row).containsOnly(2);
        }
    }

    private static HitFigures of(double[] remap, double... plain) {
        var figures = new HitFigures(HitFigures.Access.RANDOM_READ);
        Arrays.stream(remap).forEach(ns -> figures.add(Memory.REMAP, ns));
        Arrays.stream(plain).forEach(ns -> figures.add(Memory.SHARED, ns));
        return figures;
    }

    @Test
    void ratiosAreOfTimesOfOneRound() {
        Spread ratio = of(new double[] {10, 20, 40}, 10, 20, 40).ratio(Memory.SHARED);
        assertThat(ratio).isEqualTo(new Spread(1, 1, 1));
        assertThat(HitFigures.verdict(ratio)).isEqualTo("1.00 within noise");
    }

    @Test
    void theVerdictNamesWhoIsAhead() {
        assertThat(HitFigures.verdict(new Spread(1.1, 1.05, 1.2))).isEqualTo("Remap is slower");
        assertThat(HitFigures.verdict(new Spread(0.9, 0.8, 0.95))).isEqualTo("Remap is faster");
        assertThat(HitFigures.verdict(new Spread(1.02, 0.99, 1.05))).isEqualTo("1.00 within noise");
    }

    @Test
    void aWideSpreadProvesNothing() {
        assertThat(HitFigures.verdict(new Spread(1.1, 0.8, 1.5))).isEqualTo("too noisy to tell");
    }

    @Test
    void everyRoundHasEachMemoryOnceAndTheNextOneReversesIt() {
        int count = Memory.values().length;
        Memory[] turns =
                IntStream.range(0, Memory.iterations(2)).mapToObj(Memory::turn).toArray(Memory[]::new);
        assertThat(turns).startsWith(Memory.values());
        for (int i = 0; i < count; i++) {
            assertThat(turns[2 * count - 1 - i]).isEqualTo(turns[i]);
        }
    }
}
