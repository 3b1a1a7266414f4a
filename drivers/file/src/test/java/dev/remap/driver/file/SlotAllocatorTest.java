// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SlotAllocatorTest {
    private static final int LIMIT = 5000;
    private static final int STEPS = 30_000;

    /** Slots as they must be: which are taken, and which occupy disk. */
    private static final class Model {
        final BitSet taken = new BitSet();
        final BitSet onDisk = new BitSet();
        final CountingAccount account;
        final SlotAllocator slots;
        final SplittableRandom random;

        Model(long seed, long budget, long max) throws Exception {
            random = new SplittableRandom(seed);
            account = new CountingAccount(budget);
            slots = new SlotAllocator(account, LIMIT, max);
        }

        void take(int wanted, long most) {
            if (!slots.tryTake(wanted)) {
                assertThat(onDisk.cardinality()).as("refused with warm slots").isEqualTo(taken.cardinality());
                assertThat((long) onDisk.cardinality()).as("refused with room").isGreaterThanOrEqualTo(most);
                return;
            }
            assertThat(slots.runLength()).isBetween(1, wanted);
            for (int i = 0; i < slots.runLength(); i++) {
                int slot = (int) slots.runStart() + i;
                assertThat(slot).isLessThan(LIMIT);
                assertThat(taken.get(slot)).isFalse();
                taken.set(slot);
                onDisk.set(slot);
            }
        }

        void free(int most) {
            int slot = taken.nextSetBit(random.nextInt(LIMIT));
            for (int i = 0; i < most && slot >= 0; i++) {
                slots.free(slot);
                taken.clear(slot);
                slot = taken.nextSetBit(slot);
            }
        }

        void punch(int least) {
            long start = slots.nextWarmRun(random.nextInt(LIMIT), 100);
            int length = slots.runLength();
            if (start >= 0 && length >= least) {
                assertThat(taken.get((int) start, (int) start + length).isEmpty())
                        .isTrue();
                assertThat(onDisk.get((int) start, (int) start + length).cardinality())
                        .isEqualTo(length);
                slots.punched(start, length);
                onDisk.clear((int) start, (int) start + length);
            }
        }

        void check() {
            assertThat(slots.taken()).isEqualTo(taken.cardinality());
            assertThat(slots.charged()).isEqualTo(onDisk.cardinality());
            assertThat(account.charged()).isEqualTo(onDisk.cardinality());
            assertThat(slots.warm()).isEqualTo(onDisk.cardinality() - taken.cardinality());
            assertThat(slots.end()).isGreaterThanOrEqualTo(onDisk.length());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {LIMIT * 2, LIMIT / 2})
    void doesWhatItsModelDoes(long budget) throws Exception {
        long seed = System.nanoTime();
        System.out.println("SlotAllocatorTest seed " + seed);
        Model model = new Model(seed, budget, Long.MAX_VALUE);
        for (int step = 0; step < STEPS; step++) {
            switch (model.random.nextInt(6)) {
                case 0, 1 -> model.take(1 + model.random.nextInt(100), Math.min(budget, LIMIT));
                case 2 -> model.take(1 + model.random.nextInt(3), Math.min(budget, LIMIT));
                case 3, 4 -> model.free(model.random.nextInt(100));
                default -> model.punch(1 + model.random.nextInt(20));
            }
            model.check();
        }
        for (int slot = 0; slot < LIMIT; slot++) {
            assertThat(model.slots.isTaken(slot)).isEqualTo(model.taken.get(slot));
        }
        model.slots.close();
        assertThat(model.account.charged()).isZero();
    }

    @Test
    void batchesGetRunsAndSinglePagesFillGaps() throws Exception {
        SlotAllocator slots = new SlotAllocator(new CountingAccount(Fixture.PLENTY), LIMIT, Long.MAX_VALUE);
        assertThat(slots.tryTake(256)).isTrue();
        assertThat(slots.runLength()).isEqualTo(256);
        for (int slot = 0; slot < 256; slot += 2) {
            slots.free(slot);
        }
        assertThat(slots.tryTake(64)).isTrue();
        assertThat(slots.runStart()).as("a run, not gaps").isEqualTo(256);
        assertThat(slots.runLength()).isEqualTo(64);
        assertThat(slots.tryTake(1)).isTrue();
        assertThat(slots.runStart()).as("the first gap").isZero();
        slots.close();
    }

    @Test
    void noMoreThanTheMostIsCharged() throws Exception {
        CountingAccount account = new CountingAccount(Fixture.PLENTY);
        SlotAllocator slots = new SlotAllocator(account, LIMIT, 10);
        assertThat(slots.tryTake(64)).isTrue();
        assertThat(slots.runLength()).isEqualTo(10);
        assertThat(slots.tryTake(1)).isFalse();
        assertThat(account.charged()).isEqualTo(10);
        slots.close();
    }

    @Test
    void freeingWhatIsNotTakenIsABug() throws Exception {
        SlotAllocator slots = new SlotAllocator(new CountingAccount(Fixture.PLENTY), LIMIT, Long.MAX_VALUE);
        assertThat(slots.tryTake(1)).isTrue();
        slots.free(0);
        for (long slot : new long[] {0, 1, -1, LIMIT, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> slots.free(slot)).isInstanceOf(IllegalStateException.class);
        }
        slots.close();
    }
}
