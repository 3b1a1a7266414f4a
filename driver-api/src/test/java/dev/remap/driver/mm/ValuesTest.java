// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.PageBatch;
import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void anAnswerHasItsFrameAndItsOrderApart() {
        long answer = RangeFault.VALID | RangeFault.WRITE | 9L << 56 | (1L << 40) - 1;
        assertThat(RangeFault.pfn(answer)).isEqualTo((1L << 40) - 1);
        assertThat(RangeFault.order(answer)).isEqualTo(9);
        assertThat(RangeFault.order(RangeFault.ERROR | 5)).isZero();
    }

    @Test
    void aRangeEndsBeforeItsEnd() {
        PfnRange range = new PfnRange(512, 1024);
        assertThat(range.end()).isEqualTo(1536);
        assertThat(range.contains(511)).isFalse();
        assertThat(range.contains(512)).isTrue();
        assertThat(range.contains(1535)).isTrue();
        assertThat(range.contains(1536)).isFalse();
    }

    @Test
    void aPagemapIsWhatItsBuilderWasTold() {
        Object owner = new Object();
        DevicePagemap.MigrateToRamHook migrate = _ -> {};
        DevicePagemap.PageFreeHook free = _ -> {};
        DevicePagemap.MemoryFailureHook failure = _ -> true;
        DevicePagemap pagemap = DevicePagemap.of(PagemapType.PRIVATE, PfnRange.anywhere(512), new PfnRange(0, 512))
                .owner(owner)
                .survivesManager(true)
                .migrateToRam(migrate)
                .pageFree(free)
                .memoryFailure(failure)
                .build();
        assertThat(pagemap.type()).isEqualTo(PagemapType.PRIVATE);
        assertThat(pagemap.ranges()).containsExactly(new PfnRange(PfnRange.ANYWHERE, 512), new PfnRange(0, 512));
        assertThat(pagemap.owner()).isSameAs(owner);
        assertThat(pagemap.survivesManager()).isTrue();
        assertThat(pagemap.migrateToRam()).isSameAs(migrate);
        assertThat(pagemap.pageFree()).isSameAs(free);
        assertThat(pagemap.memoryFailure()).isSameAs(failure);
    }

    @Test
    void aBatchKeepsWhatWasRefusedInItsOrder() {
        PageBatch batch = new PageBatch(4);
        for (int i = 0; i < 4; i++) {
            batch.add(10 + i, 20 + i, 4096L * i);
            batch.result(i, i % 2 == 0 ? 5 : -1);
        }
        batch.keepRefused();
        assertThat(batch.capacity()).isEqualTo(4);
        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.page(1)).isEqualTo(13);
        assertThat(batch.location(0)).isEqualTo(21);
        assertThat(batch.address(1)).isEqualTo(3 * 4096L);
    }
}
