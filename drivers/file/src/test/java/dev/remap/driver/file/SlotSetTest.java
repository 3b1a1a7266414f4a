// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.Mmap;
import java.util.BitSet;
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

    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 65, 4096, 4097, 300_000})
    void complementHasWhatWasNotInIt(long limit) throws Exception {
        SplittableRandom random = new SplittableRandom(limit);
        for (int percent : new int[] {0, 1, 50, 99, 100}) {
            for (long end : new long[] {limit, Math.max(1, limit - 1), random.nextLong(limit) + 1}) {
                long address = RawMemory.mapSparse(FreeSlots.bytes(limit), "a test");
                FreeSlots free = FreeSlots.at(address, limit);
                BitSet model = new BitSet();
                for (int slot = 0; slot < end; slot++) {
                    if (random.nextInt(100) < percent) {
                        free.add(slot);
                        model.set(slot);
                    }
                }
                free.complement(end);
                model.flip(0, (int) end);
                expect(free, model, limit);
                for (int slot = model.nextSetBit(0); slot >= 0; slot = model.nextSetBit(slot + 1)) {
                    free.remove(slot); // asserts that it is in there
                }
                expect(free, new BitSet(), limit);
                Mmap.unmap(address, FreeSlots.bytes(limit));
            }
        }
    }

    private static void expect(FreeSlots free, BitSet model, long limit) {
        assertThat(free.count()).isEqualTo(model.cardinality());
        for (long from = 0; from < limit; from = free.next(from) + 1) {
            assertThat(free.next(from)).isEqualTo(model.nextSetBit((int) from));
            if (free.next(from) < 0) {
                break;
            }
        }
        long together = SlotSet.NONE;
        for (int first = 0; first < limit && together < 0; first += Long.SIZE) {
            together = model.nextClearBit(first) >= first + Long.SIZE ? first : SlotSet.NONE;
        }
        assertThat(free.nextTogether()).isEqualTo(together);
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
