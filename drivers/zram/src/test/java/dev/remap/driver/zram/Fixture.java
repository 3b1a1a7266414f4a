// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.Relocation;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A tier with a watched budget, and a page of memory at either end. */
final class Fixture implements AutoCloseable {
    static final long PLENTY = 1 << 20;

    final WatchedAccount account;
    final ZramTier tier;
    final Tier.Fetcher fetcher;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment source = arena.allocate(Pages.BYTES, Pages.BYTES);
    private final MemorySegment target = arena.allocate(Pages.BYTES, Pages.BYTES);

    Fixture(String options, long regionPages, long budgetPages, Relocation relocation) {
        account = new WatchedAccount(budgetPages);
        try {
            tier = (ZramTier) new ZramDriver().openTier(context("test", regionPages, options, account, relocation));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        account.watch(tier);
        fetcher = tier.newFetcher();
    }

    /** A context of a tier that needs no disk. */
    static TierContext context(
            String name, long regionPages, String options, WatchedAccount account, Relocation relocation) {
        return new TierContext(
                name, regionPages, options, account, relocation, Path.of("nowhere"), account, KeptDescriptors.NONE);
    }

    Fixture(String options, long budgetPages) {
        this(options, 1 << 16, budgetPages, (page, from, to) -> false);
    }

    long store(long page, byte[] content) {
        copyToSource(content);
        return tier.store(page, source.address());
    }

    void copyToSource(byte[] content) {
        MemorySegment.copy(content, 0, source, ValueLayout.JAVA_BYTE, 0, Pages.BYTES);
    }

    /** Stores a page that must find room. */
    long stored(long page, byte[] content) {
        long location = store(page, content);
        assertThat(location).isBetween(0L, Tier.LOCATION_LIMIT - 1);
        return location;
    }

    /** The result of a fetch, whose bytes {@link #fetched} has. */
    long fetch(long page, long location) {
        return fetcher.fetch(page, location, target.address());
    }

    byte[] fetched() {
        return target.toArray(ValueLayout.JAVA_BYTE);
    }

    long sourceAddress() {
        return source.address();
    }

    @Override
    public void close() {
        account.stopWatching();
        tier.close();
        arena.close();
    }
}
