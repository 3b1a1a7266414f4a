// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.driver.SegmentTier;
import dev.remap.driver.Tier;
import dev.remap.driver.TierUsage;
import dev.remap.driver.grant.ExportGate;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SegmentBridgeTest {
    private static final long PAGE = 4096;

    private final Heap heap = new Heap();
    private final Tier tier = SegmentBridge.over(heap);
    private final MemorySegment page = Arena.ofAuto().allocate(PAGE, PAGE);
    private final MemorySegment back = Arena.ofAuto().allocate(PAGE, PAGE);

    @Test
    void aPageComesBackAsItWas() {
        page.fill((byte) 7);
        assertThat(tier.store(3, page.address())).isEqualTo(3);
        assertThat(tier.newFetcher().fetch(3, 3, back.address())).isZero();
        assertThat(back.mismatch(page)).isEqualTo(-1);
    }

    @Test
    void whatADriverKeepsIsNoWindow() {
        page.fill((byte) 1);
        tier.store(1, page.address());
        MemorySegment kept = heap.lastSource;
        assertThat(kept.isReadOnly()).isTrue();
        assertThat(kept.byteSize()).isEqualTo(PAGE);
        page.fill((byte) 2);
        assertThat(kept.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
    }

    @Test
    void whatADriverThrowsIsAnErrorOfItsMemory() {
        assertThat(tier.newFetcher().fetch(9, 9, back.address())).isEqualTo(Tier.CORRUPT);
        heap.broken = true;
        assertThat(tier.store(1, page.address())).isEqualTo(Tier.IO_ERROR);
        assertThat(tier.newFetcher().fetch(1, 1, back.address())).isEqualTo(Tier.IO_ERROR);
        assertThat(tier.adopt(1, 1)).isFalse();
        assertThat(tier.compact(1_000_000)).isZero();
        assertThat(tier.usage().pages()).isZero();
        assertThatCode(() -> {
                    tier.free(1);
                    tier.adopted();
                    tier.close();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aTierWithAddressesIsItself() {
        Tier plain = SegmentBridge.over(tier);
        assertThat(plain).isSameAs(tier);
        assertThatThrownBy(() -> heap.store(1, 0L)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void withoutModulesThereIsNothingToOpen() {
        ExportGate.open("dev.remap.driver.mm", SegmentBridgeTest.class.getModule());
        assertThat(ExportGate.class.getModule().isNamed()).isFalse();
    }

    private static final class Heap implements SegmentTier, SegmentTier.SegmentFetcher {
        private final Map<Long, byte[]> pages = new HashMap<>();
        private MemorySegment lastSource = MemorySegment.NULL;
        private boolean broken;

        private void check() {
            if (broken) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        public long store(long number, MemorySegment source) {
            check();
            lastSource = source;
            pages.put(number, source.toArray(ValueLayout.JAVA_BYTE));
            return number;
        }

        @Override
        public long fetch(long number, long location, MemorySegment target) {
            check();
            byte[] bytes = pages.get(location);
            if (bytes == null) {
                return CORRUPT;
            }
            target.copyFrom(MemorySegment.ofArray(bytes));
            return 0;
        }

        @Override
        public void free(long location) {
            check();
            pages.remove(location);
        }

        @Override
        public SegmentFetcher newFetcher() {
            return this;
        }

        @Override
        public long compact(long budgetNs) {
            check();
            return 0;
        }

        @Override
        public boolean adopt(long number, long location) {
            check();
            return pages.containsKey(location);
        }

        @Override
        public void adopted() {
            check();
        }

        @Override
        public TierUsage usage() {
            check();
            return new TierUsage(pages.size(), PAGE * pages.size(), PAGE * pages.size(), 0, 0);
        }

        @Override
        public void close() {
            check();
            pages.clear();
        }
    }
}
