// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.remap.linux.FileIo;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What store, fetch, free and compact allocate once the compiler has seen enough of them. Prints their times. */
class ZramAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PAGES = 512;
    private static final int WARM_UP_CALLS = 30_000;
    private static final int MAX_ROUNDS = 200;

    /** Rounds in a row within the bound, after which it is believed. */
    private static final int QUIET_ROUNDS = 5;

    private final long[] locations = new long[PAGES];
    private long storeNs = Long.MAX_VALUE;
    private long fetchNs = Long.MAX_VALUE;

    @Test
    void onceWarmLz4AllocatesNothing() {
        assertAllocatesAtMost("lz4", 0);
    }

    /** What zstd-jni allocates to wrap its buffers, if the compiler does not remove it: see {@link ZstdCompressor}. */
    @Test
    void onceWarmZstdAllocatesOnlyWhatItsLibraryDoes() {
        assertAllocatesAtMost("zstd", 300);
    }

    private void assertAllocatesAtMost(String codec, long bytesPerCall) {
        try (Fixture fixture = new Fixture(codec, PAGES, Fixture.PLENTY, this::relocate)) {
            fixture.account.stopWatching();
            byte[][] contents = new byte[PAGES][];
            for (int page = 0; page < PAGES; page++) {
                contents[page] = Pages.json(page);
            }
            for (int i = 0; i < WARM_UP_CALLS; i++) {
                FileIo.allocatedBytes(fixture.tier.fd()); // the way into the kernel, which punches go too
            }
            long bound = bytesPerCall * 2 * PAGES;
            int quiet = 0;
            long least = Long.MAX_VALUE;
            for (int round = 0; quiet < QUIET_ROUNDS && round < MAX_ROUNDS; round++) {
                long allocated = round(fixture, contents);
                least = Math.min(least, allocated);
                quiet = allocated <= bound ? quiet + 1 : 0;
            }
            System.out.printf(
                    "%s: store %d ns, fetch %d ns a page of JSON; at least %d bytes allocated in %d stores and fetches%n",
                    codec, storeNs / PAGES, fetchNs / PAGES, least, 2 * PAGES);
            assertThat(quiet).isEqualTo(QUIET_ROUNDS);
        }
    }

    /** Bytes allocated by the calls on the tier. */
    private long round(Fixture fixture, byte[][] contents) {
        long allocated = 0;
        long inStoresNs = 0;
        for (int page = 0; page < PAGES; page++) {
            fixture.copyToSource(contents[page]);
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long ns = System.nanoTime();
            locations[page] = fixture.tier.store(page, fixture.sourceAddress());
            inStoresNs += System.nanoTime() - ns;
            allocated += THREADS.getCurrentThreadAllocatedBytes() - bytes;
        }
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long ns = System.nanoTime();
        long failures = 0;
        for (int page = 0; page < PAGES; page++) {
            failures |= fixture.fetch(page, locations[page]);
        }
        fetchNs = Math.min(fetchNs, System.nanoTime() - ns);
        storeNs = Math.min(storeNs, inStoresNs);
        free(fixture, 0);
        fixture.tier.compact(Long.MAX_VALUE / 2);
        free(fixture, 1);
        allocated += THREADS.getCurrentThreadAllocatedBytes() - bytes;
        assertThat(failures).isZero();
        return allocated;
    }

    private void free(Fixture fixture, int remainder) {
        for (int page = remainder; page < PAGES; page += 2) {
            fixture.tier.free(locations[page]);
        }
    }

    private boolean relocate(long page, long from, long to) {
        locations[(int) page] = to;
        return true;
    }
}
