// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class SlowTouchRingTest {
    private static final long LOGICAL_CPUS = 4;

    private final MemorySegment counters = Arena.ofAuto().allocate(CountersLayout.FILE_BYTES, 8);

    @Test
    void aTouchIsReadAsItWasRecorded() {
        long before = System.currentTimeMillis();
        SlowTouchRing.record(counters, 5_000_000, 3, 0x1_0000_0000L, 4711, CountersLayout.FAULT_FETCH, 2);
        assertThat(SlowTouchRing.latest(counters)).singleElement().satisfies(touch -> {
            assertThat(touch.epochMillis()).isBetween(before, System.currentTimeMillis());
            assertThat(touch)
                    .isEqualTo(new SlowTouchRing.Touch(
                            1, touch.epochMillis(), 5_000_000, 0x1_0000_0000L, 3, 4711, CountersLayout.FAULT_FETCH, 2));
        });
    }

    @Test
    void theLatestStayInTheirOrder() {
        for (int i = 1; i <= 3 * SlowTouchRing.CAPACITY + 7; i++) {
            SlowTouchRing.record(counters, i, 0, 0, 0, SlowTouchRing.WAITED_FOR_MEMORY, 0);
        }
        assertThat(SlowTouchRing.count(counters)).isEqualTo(3 * SlowTouchRing.CAPACITY + 7);
        assertThat(SlowTouchRing.latest(counters))
                .extracting(SlowTouchRing.Touch::stallNs)
                .hasSize(SlowTouchRing.CAPACITY)
                .isSorted()
                .last()
                .isEqualTo(3L * SlowTouchRing.CAPACITY + 7);
    }

    @Test
    void recordsStayWithinTheirPlace() {
        for (int i = 0; i < 2 * SlowTouchRing.CAPACITY; i++) {
            SlowTouchRing.record(counters, -1, -1, -1, -1, -1, -1);
        }
        assertThat(counters.get(ValueLayout.JAVA_LONG, CountersLayout.SLOW_TOUCHES - 8))
                .isZero();
        assertThat(counters.asSlice(CountersLayout.histogram(0), LogHistogram.BYTES)
                        .mismatch(zeros()))
                .isEqualTo(-1);
    }

    private static MemorySegment zeros() {
        return Arena.ofAuto().allocate(LogHistogram.BYTES);
    }

    @Test
    void aReaderNeverSeesHalfARecord() throws InterruptedException {
        Thread[] writers = new Thread[(int) LOGICAL_CPUS];
        for (int w = 0; w < writers.length; w++) {
            int value = w + 1;
            writers[w] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    SlowTouchRing.record(counters, value, value, value, value, value, value);
                }
            });
        }
        for (int i = 0; i < 500; i++) {
            assertThat(SlowTouchRing.latest(counters))
                    .allSatisfy(touch -> assertThat(touch.offset())
                            .isEqualTo(touch.stallNs())
                            .isEqualTo(touch.region())
                            .isEqualTo(touch.tier()));
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }
}
