// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More readers at once than there is room for what they read. */
class LargeReadsTest {
    private static final int READERS = 12;
    private static final int PAGES = 4096;

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void readersDoNotWaitForEachOthersRoom() throws Exception {
        try (OpenRegion open = OpenRegion.of(32 * Pages.MIB, (long) PAGES * Pages.SIZE)) {
            Pages.writeTexts(open.region().segment(), 0, PAGES);
            open.region().pageOut(0, open.region().size());
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                readers.add(builder.start(() -> readAll(open, failures)));
            }
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(failures).isEmpty();
        }
    }

    private static void readAll(OpenRegion open, ConcurrentLinkedQueue<Throwable> failures) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(open.region().size(), Pages.SIZE);
            open.region().read(0, target);
            assertThat(Pages.wrongTexts(target, 0, PAGES)).isZero();
        } catch (Exception | AssertionError e) {
            failures.add(e);
        }
    }
}
