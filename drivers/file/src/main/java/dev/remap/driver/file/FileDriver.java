// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.Device;
import dev.remap.driver.Driver;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierFacts;
import dev.remap.driver.TierOps;
import java.io.IOException;
import java.util.List;

/**
 * Files as a tier: a file without a name for each region, in the spill directory, in which each page stored has a slot of 4096 bytes.
 *
 * <p>Options: {@code direct=auto|on|off} (around the page cache; auto: where the file system can), {@code max=<bytes>} with K, M, G or T
 * (the most disk that one region may occupy), {@code io=auto|uring|aio|plain} (how 32 reads are kept under way; what the kernel does not
 * permit is replaced by the next).
 *
 * <p>The file has no name: it is gone with the last manager that has it open, and with the machine. Without {@code O_DIRECT} the kernel
 * keeps copies in its page cache, which the DRAM budget does not see; they are dropped by {@link Tier#compact}. A spill directory on tmpfs
 * is memory.
 */
public final class FileDriver implements Driver, TierOps {
    private static final long FETCH_LATENCY_NS = 100_000;
    private static final long BANDWIDTH_BYTES_PER_SECOND = 500_000_000;

    private static final TierFacts FACTS =
            new TierFacts(FETCH_LATENCY_NS, BANDWIDTH_BYTES_PER_SECOND, false, false, true);

    /** For {@link java.util.ServiceLoader}. */
    public FileDriver() {}

    @Override
    public String name() {
        return "file";
    }

    @Override
    public List<String> devices() {
        return List.of("file0");
    }

    @Override
    public String rehearsalOptions() {
        return "";
    }

    /** Tiers in files of their own, and existing files at the bottom of regions. */
    @Override
    public void probe(Device device) {
        device.provideTiers(this);
        device.provideFiles(new ExistingFilesOps(IoKind.AUTO));
    }

    @Override
    public TierFacts facts() {
        return FACTS;
    }

    @Override
    public Tier openTier(TierContext context) throws IOException {
        return FileTier.open(context, FileOptions.parse(context.options()));
    }
}
