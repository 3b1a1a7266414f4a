// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
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

    private static Fixture open(long regionPages) {
        return new Fixture("lz4", regionPages, Fixture.PLENTY, (page, from, to) -> false);
    }
}
