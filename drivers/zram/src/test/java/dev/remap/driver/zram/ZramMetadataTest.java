// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ZramMetadataTest {
    private static final long EIGHT_TEBIBYTES_IN_PAGES = 1L << 31;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aRegionOfEightTebibytesOpensAtOnceAndCostsNextToNothing() {
        open(1).close(); // loads classes and native libraries
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long beforeNs = System.nanoTime();
        try (Fixture fixture = open(EIGHT_TEBIBYTES_IN_PAGES)) {
            long elapsedNs = System.nanoTime() - beforeNs;
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - bytesBefore).isLessThan(256 << 10);
            assertThat(TimeUnit.NANOSECONDS.toMillis(elapsedNs)).isLessThan(100);
            long last = EIGHT_TEBIBYTES_IN_PAGES - 1;
            assertThat(fixture.fetch(last, fixture.stored(last, Pages.json(1)))).isZero();
            assertThat(fixture.tier.metadataBytes()).isLessThan(16 << 10);
        }
    }

    @Test
    void metadataIsLessThanTwoBytesAStoredPage() {
        int pages = 20_000;
        try (Fixture fixture = open(pages)) {
            byte[][] contents = new byte[64][];
            for (int i = 0; i < contents.length; i++) {
                contents[i] = Pages.json(i);
            }
            for (int page = 0; page < pages; page++) {
                fixture.stored(page, contents[page % contents.length]);
            }
            assertThat(fixture.tier.metadataBytes()).isLessThan(2L * pages);
        }
    }

    /** Of 16 TiB, which is all that locations reach: on the manager's heap, of 64 MiB, the table would end at some 50 GiB. */
    @Test
    void theTableOfTheLargestPoolIsNotOnTheHeap() throws IOException {
        int chunks = 1 << 28;
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        try (TableMemory memory = new TableMemory(ChunkTable.bytes(chunks))) {
            ChunkTable table = new ChunkTable(memory.address(), chunks);
            int last = chunks - 1;
            table.reach(last);
            table.assign(last, 7, last);
            table.addUsed(last, 3);
            table.setTouched(last, ChunkLayout.ALL_PAGES);
            table.chain(0, last);
            assertThat(table.isInUse(last)).isTrue();
            assertThat(table.isInUse(0)).isFalse();
            assertThat(table.sizeClass(last)).isEqualTo(7);
            assertThat(table.bitmapRow(last)).isEqualTo(last);
            assertThat(table.used(last)).isEqualTo(3);
            assertThat(table.touched(last)).isEqualTo(ChunkLayout.ALL_PAGES);
            assertThat(table.next(0)).isEqualTo(last);
            assertThat(table.previous(last)).isZero();
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - bytesBefore).isLessThan(8 << 20);
    }

    private static Fixture open(long regionPages) {
        return new Fixture("lz4", regionPages, Fixture.PLENTY, (page, from, to) -> false);
    }
}
