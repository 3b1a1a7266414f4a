// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Random objects of random sizes: none overlaps another, none changes, and exactly the free pages are discarded. */
class SlabAllocatorModelTest {
    private static final int PAGES = 2048;

    private final long seed = System.nanoTime();
    private final FakeRegion fake = new FakeRegion(PAGES);
    private final SlabAllocator allocator = new SlabAllocator(fake.region());

    private record Held(MemorySegment object, byte mark) {
        void fill() {
            object.fill(mark);
        }

        void check(String where) {
            long size = object.byteSize();
            for (long at = 0; at < size; at += Math.max(1, size / 8)) {
                assertThat(object.get(ValueLayout.JAVA_BYTE, at)).as(where).isEqualTo(mark);
            }
        }
    }

    @Test
    void objectsNeverOverlapAndExactlyFreePagesAreDiscarded() throws RemapException {
        System.out.println("slab allocator, seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Long, Held> held = new TreeMap<>();
        BitSet used = new BitSet(PAGES);
        for (int i = 0; i < 60_000; i++) {
            if (random.nextInt(100) < (i / 5_000 % 2 == 0 ? 65 : 30)) {
                allocate(random, held, used);
            } else if (!held.isEmpty()) {
                release(random, held);
            }
            checkDiscards(held, used);
        }
        held.values().forEach(object -> object.check("seed " + seed));
        held.values().forEach(object -> allocator.free(object.object));
        assertThat(allocator.usedBytes()).isZero();
        allocator.trim();
        checkDiscards(new TreeMap<>(), used);
        assertThat(used.isEmpty()).as("pages never given back: " + used).isTrue();
    }

    private void allocate(SplittableRandom random, NavigableMap<Long, Held> held, BitSet used) {
        long size = random.nextInt(10) == 0 ? random.nextLong(60_000) : random.nextLong(700);
        long alignment = 1L << random.nextInt(random.nextInt(20) == 0 ? 15 : 7);
        MemorySegment object;
        try {
            object = allocator.allocate(size, alignment);
        } catch (IndexOutOfBoundsException full) {
            assertThat(allocator.usedBytes()).as(full.getMessage()).isGreaterThan(PAGES * 4096L / 2);
            return;
        }
        long at = object.address() - fake.memory().address();
        assertThat(object.address() % alignment).isZero();
        assertThat(held.floorEntry(at) == null || end(held.floorEntry(at).getValue()) <= at)
                .isTrue();
        assertThat(held.higherKey(at) == null || held.higherKey(at) >= at + size)
                .isTrue();
        Held mine = new Held(object, (byte) random.nextInt());
        mine.fill();
        assertThat(held.put(at, mine)).as("seed " + seed).isNull();
        used.set((int) (at / 4096), (int) ((at + Math.max(size, 1) + 4095) / 4096));
    }

    private long end(Held held) {
        return held.object.address() - fake.memory().address() + Math.max(1, held.object.byteSize());
    }

    private void release(SplittableRandom random, NavigableMap<Long, Held> held) {
        Long at = held.ceilingKey(random.nextLong(PAGES * 4096L));
        Held object = Objects.requireNonNull(held.remove(at == null ? held.firstKey() : at));
        object.check("seed " + seed);
        allocator.free(object.object);
    }

    /** What was discarded holds no object, and had been used: the discard had something to free. */
    private void checkDiscards(NavigableMap<Long, Held> held, BitSet used) {
        for (FakeRegion.Range range : fake.takeDiscards()) {
            long from = range.first() * 4096;
            long to = from + range.pages() * 4096;
            assertThat(held.subMap(from, to)).as("seed " + seed).isEmpty();
            assertThat(held.lowerEntry(from) == null
                            || end(held.lowerEntry(from).getValue()) <= from)
                    .as("seed " + seed)
                    .isTrue();
            used.clear((int) range.first(), (int) (range.first() + range.pages()));
        }
    }

    @Test
    void threadsNeverGetTheSameBytes() throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            byte mark = (byte) (t + 1);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    churn(new SplittableRandom(seed + mark), mark);
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).as("seed " + seed).isEmpty();
        assertThat(allocator.usedBytes()).isZero();
    }

    private void churn(SplittableRandom random, byte mark) {
        List<Held> mine = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (mine.size() < 300 && random.nextInt(100) < 55) {
                long size = random.nextInt(20) == 0 ? random.nextLong(4096, 60_000) : random.nextLong(1, 900);
                Held object = new Held(allocator.allocate(size, 8), mark);
                object.fill();
                mine.add(object);
            } else if (!mine.isEmpty()) {
                Held object = mine.remove(random.nextInt(mine.size()));
                object.check("seed " + seed);
                allocator.free(object.object);
            }
        }
        mine.forEach(object -> allocator.free(object.object));
    }
}
