// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.remap.FaultKind;
import dev.remap.RemapException;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Whether Remap has become slower, by nothing but what is measured in the same run: a fault that is fetched from compressed DRAM beside
 * the same fault of a bare C loop, in turns.
 */
class RegressionTest {
    private static final int REPEATS = 10;
    private static final int WARM_UP_ROUNDS = 4;
    private static final int PAGES = 1024;

    /**
     * Of Remap's median time to the C loop's. Four times ten repeats, on 2 CPUs that others used as well at a load of 7 to 10, had
     * ratios of 0.7 to 2.9, up to five of ten above the bound. What has to be above it for a failure, the second smallest of ten, was
     * 0.8, 1.39, 1.41 and 1.39.
     */
    private static final double MOST = 2;

    /**
     * That one repeat is above the bound says nothing where others use the machine. If Remap's true ratio were just at it, nine or ten of
     * ten repeats would be above by chance in 11 runs of 1,024.
     */
    private static boolean isWorse(double bound, double... ratios) {
        return Arrays.stream(ratios).filter(ratio -> ratio > bound).count() >= ratios.length * 9L / 10;
    }

    @Test
    void nineOfTenRepeatsMustBeAboveTheBound() {
        double[] eight = {1, 1, 3, 3, 3, 3, 3, 3, 3, 3};
        double[] nine = {1, 3, 3, 3, 3, 3, 3, 3, 3, 3};
        assertThat(isWorse(MOST, eight)).isFalse();
        assertThat(isWorse(MOST, nine)).isTrue();
    }

    @Test
    void aFetchTakesNotTwiceAsLongAsInTheCLoop() throws Exception {
        double[] ratios = new double[REPEATS];
        try (CLoop loop = loop();
                CpuCondition.Applied applied = CpuCondition.HELD.apply();
                RegionFaults faults = faults(applied)) {
            for (int round = -WARM_UP_ROUNDS; round < REPEATS; round++) {
                long remap = faults.measure(FaultKind.FETCH, WARM_UP_ROUNDS + 1L + round)
                        .p50Ns();
                if (round >= 0) {
                    ratios[round] = (double) remap / bareP50(loop, round + 1);
                }
            }
        }
        assertThat(isWorse(MOST, ratios))
                .as("Remap's median to the C loop's, repeat by repeat: " + Arrays.toString(ratios))
                .isFalse();
    }

    private static long bareP50(CLoop loop, int seed) throws Exception {
        long[] ns = new long[PAGES];
        loop.run(FaultKind.FETCH, PAGES, seed)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer()
                .get(ns);
        return TouchTimes.of(ns).p50Ns();
    }

    private static CLoop loop() throws Exception {
        try {
            return CLoop.build("fault_loop");
        } catch (CLoop.Missing e) {
            return abort(String.valueOf(e.getMessage()));
        }
    }

    private static RegionFaults faults(CpuCondition.Applied applied) {
        try {
            return new RegionFaults(
                    PAGES, new ReferencePages(PAGES), applied.note().isEmpty());
        } catch (RemapException e) {
            return abort("no manager: " + e.getMessage());
        }
    }
}
