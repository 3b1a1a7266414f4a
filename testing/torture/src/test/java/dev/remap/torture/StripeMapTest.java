// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.torture.StripeMap.Stripe;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StripeMapTest {
    private static final int SIZE = 1 << 20;

    private static StripeMap map(long seed, int threads) {
        return new StripeMap(new TortureConfig(
                seed, 1, 0, threads, SIZE, SIZE / 8, false, List.of("zram"), "s3fifo", FileMode.NONE, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 16})
    void everyByteHasOneOwner(int threads) {
        StripeMap map = map(threads, threads);
        byte[] owners = new byte[SIZE];
        for (int thread = 0; thread < threads; thread++) {
            map.forEachOwned(thread, 0, SIZE, (offset, length) -> {
                for (int i = 0; i < length; i++) {
                    owners[(int) offset + i]++;
                }
            });
        }
        assertThat(owners).containsOnly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5})
    void everyPageBoundaryLiesInsideAStripe(int threads) {
        StripeMap map = map(9, threads);
        boolean[] joined = new boolean[SIZE / 4096];
        for (int thread = 0; thread < threads; thread++) {
            map.forEachOwned(thread, 0, SIZE, (offset, length) -> {
                int next = (int) (offset / 4096) + 1;
                if (offset + length > next * 4096L) {
                    joined[next] = true;
                }
            });
        }
        for (int boundary = 1; boundary < joined.length; boundary++) {
            assertThat(joined[boundary]).as("boundary %d", boundary).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 64})
    void whatAThreadPicksIsItsOwn(int threads) {
        StripeMap map = map(11, threads);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            int thread = random.nextInt(threads);
            Stripe stripe = map.ownedNear(random.nextInt(SIZE / 4096), thread, random.nextInt());
            long[] owned = {0};
            map.forEachOwned(thread, stripe.offset(), stripe.end(), (offset, length) -> owned[0] += length);
            assertThat(owned[0]).isEqualTo(stripe.length()).isBetween(16L, 4096L);
        }
    }
}
