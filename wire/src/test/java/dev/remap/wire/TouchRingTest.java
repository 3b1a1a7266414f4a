// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TouchRingTest {
    private static final long LARGEST_PAGE = (1L << 52) - 1;

    private final MemorySegment ring = Arena.ofAuto().allocate(TouchRing.FILE_BYTES, Long.BYTES);

    @Test
    void entryHasItsKindAndPage() {
        TouchRing.record(ring, TouchRing.EVICTION, LARGEST_PAGE);
        TouchRing.record(ring, TouchRing.FAULT, 0);
        long first = TouchRing.read(ring, 0);
        assertThat(TouchRing.kind(first)).isEqualTo(TouchRing.EVICTION);
        assertThat(TouchRing.page(first)).isEqualTo(LARGEST_PAGE);
        assertThat(TouchRing.kind(TouchRing.read(ring, 1))).isEqualTo(TouchRing.FAULT);
        assertThat(TouchRing.read(ring, 2)).isEqualTo(TouchRing.NOT_YET);
    }

    @Test
    void entryThatWasOverwrittenIsLostAndItsSuccessorThere() {
        for (int i = 0; i <= TouchRing.CAPACITY; i++) {
            TouchRing.record(ring, TouchRing.RETOUCH, i);
        }
        assertThat(TouchRing.read(ring, 0)).isEqualTo(TouchRing.LOST);
        assertThat(TouchRing.page(TouchRing.read(ring, TouchRing.CAPACITY))).isEqualTo(TouchRing.CAPACITY);
        assertThat(TouchRing.read(ring, TouchRing.CAPACITY + 1)).isEqualTo(TouchRing.NOT_YET);
    }

    @Test
    void threadsThatRecordAtOnceLoseNothing() throws InterruptedException {
        int threads = 4;
        int each = TouchRing.CAPACITY / threads;
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int first = t * each;
            all.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    TouchRing.record(ring, TouchRing.FAULT, first + i);
                }
            }));
        }
        for (Thread thread : all) {
            thread.join();
        }
        boolean[] seen = new boolean[TouchRing.CAPACITY];
        for (int i = 0; i < TouchRing.CAPACITY; i++) {
            seen[(int) TouchRing.page(TouchRing.read(ring, i))] = true;
        }
        assertThat(seen).doesNotContain(false);
    }
}
