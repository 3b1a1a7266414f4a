// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.DescriptorStore;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.nio.file.Path;

/** A tier with a counting account, and memory at either end. */
final class Fixture implements AutoCloseable {
    static final long PLENTY = 1 << 20;
    static final int MEMORY_PAGES = 1024;

    final CountingAccount spill;
    final FileTier tier;
    final Tier.Fetcher fetcher;
    final Pages source = new Pages(MEMORY_PAGES);
    final Pages target = new Pages(MEMORY_PAGES);
    final PageBatch batch = new PageBatch(MEMORY_PAGES);

    Fixture(Path directory, String options, long spillPages) {
        this(directory, options, spillPages, KeptDescriptors.NONE);
    }

    Fixture(Path directory, String options, long spillPages, DescriptorStore descriptors) {
        spill = new CountingAccount(spillPages);
        try {
            tier = (FileTier) new FileDriver().openTier(context(directory, options, spill, descriptors));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        spill.watch(tier.fd());
        fetcher = tier.newFetcher();
    }

    static TierContext context(Path directory, String options, CountingAccount spill) {
        return context(directory, options, spill, KeptDescriptors.NONE);
    }

    static TierContext context(Path directory, String options, CountingAccount spill, DescriptorStore descriptors) {
        CountingAccount dram = new CountingAccount(0);
        return new TierContext(
                "test", 1 << 16, options, dram, (page, from, to) -> false, directory, spill, descriptors);
    }

    /** Stores pages {@code first} and on with one call, page by page with contents of the same seed. */
    long[] storeAll(long first, int pages) {
        batch.clear();
        for (int i = 0; i < pages; i++) {
            source.put(i, first + i);
            batch.add(first + i, 0, source.address(i));
        }
        tier.storeAll(batch);
        long[] locations = new long[pages];
        for (int i = 0; i < pages; i++) {
            locations[i] = batch.result(i);
        }
        return locations;
    }

    /** Fetches pages with one call and expects what {@link #storeAll} has stored. */
    void expectAll(long first, long[] locations) {
        batch.clear();
        target.wipe();
        for (int i = 0; i < locations.length; i++) {
            batch.add(first + i, locations[i], target.address(i));
        }
        fetcher.fetchAll(batch);
        for (int i = 0; i < locations.length; i++) {
            assertThat(batch.result(i)).as("page %d", first + i).isZero();
            assertThat(target.get(i)).as("page %d", first + i).isEqualTo(Pages.random(first + i));
        }
    }

    long store(long page) {
        source.put(0, page);
        return tier.store(page, source.address(0));
    }

    long fetch(long page, long location) {
        return fetcher.fetch(page, location, target.address(0));
    }

    long allocatedBytes() {
        return FileIo.allocatedBytes(tier.fd());
    }

    @Override
    public void close() {
        spill.stopWatching();
        tier.close();
        assertThat(spill.charged()).isZero();
    }
}
