// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.Mmap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotSetTest {
    private static final int STEPS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 65, 4096, 4097, 300_000, 1L << 30})
    void isTheSetItsModelIs(long limit) throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        SlotSet set = SlotSet.map(limit, "a test");
        TreeSet<Long> model = new TreeSet<>();
        for (int step = 0; step < STEPS; step++) {
            long near = random.nextLong(limit);
            long number = random.nextInt(4) == 0 ? near : near % Math.min(limit, 200);
            if (model.remove(number)) {
                set.remove(number);
            } else {
                model.add(number);
                set.add(number);
            }
            Long next = model.ceiling(near);
            assertThat(set.next(near)).as("seed %d", seed).isEqualTo(next == null ? SlotSet.NONE : next);
            assertThat(set.run(near, 150)).as("seed %d", seed).isEqualTo(run(model, near, 150));
            assertThat(set.contains(near)).isEqualTo(model.contains(near));
        }
        assertThat(set.count()).isEqualTo(model.size());
        Mmap.unmap(set.address(), SlotSet.bytes(limit));
    }

    private static int run(Set<Long> model, long start, int most) {
        int length = 0;
        while (length < most && model.contains(start + length)) {
            length++;
        }
        return length;
    }

    @Test
    void costsLittleMoreThanABitANumber() {
        assertThat(SlotSet.bytes(1L << 32)).isBetween(1L << 29, (1L << 29) * 64 / 62);
    }
}
