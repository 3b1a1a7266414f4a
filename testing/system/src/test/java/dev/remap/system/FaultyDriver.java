// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.driver.Device;
import dev.remap.driver.Driver;
import dev.remap.driver.SegmentTier;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierFacts;
import dev.remap.driver.TierOps;
import dev.remap.driver.TierUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A tier in the manager's heap that does what a file says, which its options name: {@code error 7} in a line of its own answers fetches
 * of page 7 with an error, {@code slow 50} makes every fetch take that many milliseconds. Without the file it works.
 */
public final class FaultyDriver implements Driver, TierOps {
    /** For {@link java.util.ServiceLoader}. */
    public FaultyDriver() {}

    @Override
    public String name() {
        return "faulty";
    }

    @Override
    public List<String> devices() {
        return List.of("faulty0");
    }

    @Override
    public void probe(Device device) {
        device.provideTiers(this);
    }

    @Override
    public TierFacts facts() {
        return new TierFacts(100_000, 1L << 28, false, false, false);
    }

    @Override
    public Tier openTier(TierContext context) {
        return new FaultyTier(Path.of(context.options()));
    }

    private record FaultyTier(Path control, Map<Long, byte[]> stored)
            implements SegmentTier, SegmentTier.SegmentFetcher {
        FaultyTier(Path control) {
            this(control, new ConcurrentHashMap<>());
        }

        /** A page has one place, its own. */
        @Override
        public long store(long page, MemorySegment source) {
            stored.put(page, source.toArray(ValueLayout.JAVA_BYTE));
            return page;
        }

        @Override
        public long fetch(long page, long location, MemorySegment target) {
            List<String> orders = orders();
            orders.stream().filter(order -> order.startsWith("slow ")).forEach(FaultyTier::pause);
            if (orders.contains("error " + page)) {
                return IO_ERROR;
            }
            byte[] bytes = stored.get(location);
            if (bytes == null) {
                return CORRUPT;
            }
            MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, Pages.SIZE);
            return 0;
        }

        private List<String> orders() {
            try {
                return Files.exists(control) ? Files.readAllLines(control) : List.of();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void pause(String order) {
            try {
                Thread.sleep(Long.parseLong(order.substring("slow ".length())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Left in its place: a page that is stored again replaces it. */
        @Override
        public void free(long location) {}

        @Override
        public SegmentFetcher newFetcher() {
            return this;
        }

        @Override
        public long compact(long budgetNs) {
            return 0;
        }

        @Override
        public TierUsage usage() {
            return new TierUsage(
                    stored.size(), (long) stored.size() * Pages.SIZE, (long) stored.size() * Pages.SIZE, 0, 0);
        }

        @Override
        public void close() {
            stored.clear();
        }
    }
}
