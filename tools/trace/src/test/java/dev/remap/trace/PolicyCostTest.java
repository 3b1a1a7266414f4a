// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What replacement costs: bytes a page with the inactive list, and heap. */
class PolicyCostTest {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource({"s3fifo, 50000", "s3fifo, 80000", "clockpro, 50000", "clockpro, 80000", "clock, 50000"})
    void atMostSixteenBytesAreKeptForEachPageOfMemory(String policy, int capacity) {
        SplittableRandom random = new SplittableRandom(capacity);
        TraceBuilder builder = new TraceBuilder();
        for (int i = 0; i < 5 * capacity; i++) {
            builder.add(random.nextInt(3 * capacity));
        }
        double bytesAPage =
                Simulation.run(Trace.of("uniform", builder), policy, capacity).bytesAPage();
        System.out.printf("%s: %d pages, %.2f bytes a page%n", policy, capacity, bytesAPage);
        assertThat(bytesAPage).isBetween(8.0, 16.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void steadyStateAllocatesNoHeap(String policy) {
        int capacity = 20_000;
        int[] accesses = new SplittableRandom(7).ints(200_000, 0, 2 * capacity).toArray();
        try (PolicyCache cache = new PolicyCache(policy, capacity, 2 * capacity)) {
            touchAll(cache, accesses);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            touchAll(cache, accesses);
            // A chunk now and then, where a queue grows by more than its spare; nothing for a page.
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(accesses.length / 10);
        }
    }

    private static void touchAll(PolicyCache cache, int[] accesses) {
        for (int page : accesses) {
            cache.touch(page);
        }
    }
}
