// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.driver.Device;
import dev.remap.driver.Driver;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierFacts;
import dev.remap.driver.TierOps;
import java.io.IOException;
import java.util.List;

/**
 * Compressed DRAM. Options: {@code lz4} (also when empty), {@code zstd}, or {@code zstd-1} to {@code zstd-19} for a level.
 *
 * <p>Stores pages that a codec gets down to four fifths or less. What is stored lies in a memfd, so it survives the manager as long
 * as somebody holds the descriptor, and is gone with the machine.
 */
public final class ZramDriver implements Driver, TierOps {
    /** Fetching 4 KiB with LZ4, checksum and copy included, on a warm cache is 1 to 2 us; with a cold one about 4. */
    private static final long FETCH_LATENCY_NS = 4_000;

    private static final long BANDWIDTH_BYTES_PER_SECOND = 1L << 30;

    private static final TierFacts FACTS =
            new TierFacts(FETCH_LATENCY_NS, BANDWIDTH_BYTES_PER_SECOND, true, false, true);

    /** For {@link java.util.ServiceLoader}. */
    public ZramDriver() {}

    @Override
    public String name() {
        return "zram";
    }

    @Override
    public List<String> devices() {
        return List.of("zram0");
    }

    @Override
    public String rehearsalOptions() {
        return "";
    }

    @Override
    public void probe(Device device) {
        device.provideTiers(this);
    }

    @Override
    public TierFacts facts() {
        return FACTS;
    }

    @Override
    public Tier openTier(TierContext context) throws IOException {
        return ZramTier.open(context, CodecChoice.parse(context.options()));
    }
}
