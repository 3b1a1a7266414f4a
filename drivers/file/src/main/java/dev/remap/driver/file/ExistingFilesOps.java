// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.BackingFiles;
import dev.remap.driver.BackingFilesOps;
import dev.remap.driver.TierFacts;

/** Regions over existing files: ext4, XFS, tmpfs, and others that have regular files. */
final class ExistingFilesOps implements BackingFilesOps {
    private static final long FETCH_LATENCY_NS = 100_000;
    private static final long BANDWIDTH_BYTES_PER_SECOND = 500_000_000;

    /** What has been synced survives; what was only stored survives the manager. */
    private static final TierFacts FACTS =
            new TierFacts(FETCH_LATENCY_NS, BANDWIDTH_BYTES_PER_SECOND, false, true, true);

    private final IoKind io;

    ExistingFilesOps(IoKind io) {
        this.io = io;
    }

    @Override
    public TierFacts facts() {
        return FACTS;
    }

    @Override
    public BackingFiles open(String regionName, long regionPages) {
        return new ExistingFiles(regionName, regionPages, io);
    }
}
