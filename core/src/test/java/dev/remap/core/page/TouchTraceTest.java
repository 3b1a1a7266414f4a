// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.wire.TouchRing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TouchTraceTest {
    private static final int PAGES = 40_000;

    private final MemorySegment ring = Arena.ofAuto().allocate(TouchRing.FILE_BYTES, Long.BYTES);
    private final TouchTrace trace = new TouchTrace();

    private void touchAll(int region) {
        for (int page = 0; page < PAGES; page++) {
            trace.touched(PageId.of(region, page), page % 2 == 0);
        }
    }

    private Set<Long> recorded(long from) {
        Set<Long> pages = new HashSet<>();
        for (long i = from; i < TouchRing.claimed(ring); i++) {
            pages.add(TouchRing.page(TouchRing.read(ring, i)));
        }
        return pages;
    }

    @Test
    void nothingIsRecordedUnlessSomebodyAsks() {
        touchAll(1);
        trace.start(ring, TouchTrace.ALL_REGIONS, 1);
        trace.stop();
        touchAll(1);
        assertThat(TouchRing.claimed(ring)).isZero();
    }

    @Test
    void everyTouchAndEvictionOfEveryPageIsRecordedIfAskedFor() {
        trace.start(ring, TouchTrace.ALL_REGIONS, 1);
        trace.touched(PageId.of(3, 5), false);
        trace.touched(PageId.of(4, 6), true);
        trace.evicted(PageId.of(3, 5));
        assertThat(TouchRing.kind(TouchRing.read(ring, 0))).isEqualTo(TouchRing.FAULT);
        assertThat(TouchRing.kind(TouchRing.read(ring, 1))).isEqualTo(TouchRing.RETOUCH);
        assertThat(TouchRing.kind(TouchRing.read(ring, 2))).isEqualTo(TouchRing.EVICTION);
        assertThat(TouchRing.page(TouchRing.read(ring, 1))).isEqualTo(PageId.of(4, 6));
    }

    @Test
    void onePageInEightIsChosenAndAlwaysTheSame() {
        trace.start(ring, TouchTrace.ALL_REGIONS, 8);
        touchAll(0);
        long after = TouchRing.claimed(ring);
        touchAll(0);
        assertThat(after).isBetween(PAGES / 8L * 9 / 10, PAGES / 8L * 11 / 10);
        assertThat(recorded(after)).isEqualTo(recorded(0)).hasSize((int) after);
    }

    @Test
    void pagesOfOtherRegionsAreLeftOut() {
        trace.start(ring, 2, 1);
        trace.touched(PageId.of(1, 7), false);
        trace.touched(PageId.of(2, 7), false);
        assertThat(recorded(0)).containsExactly(PageId.of(2, 7));
    }

    @Test
    void recordingAllocatesNothing() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        trace.start(ring, TouchTrace.ALL_REGIONS, 2);
        touchAll(0);
        long before = threads.getCurrentThreadAllocatedBytes();
        touchAll(1);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isZero();
    }
}
