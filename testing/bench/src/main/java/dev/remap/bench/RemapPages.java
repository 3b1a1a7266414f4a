// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Advice;
import dev.remap.FaultKind;
import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.peers.PageCache;
import dev.remap.peers.WordReader;
import java.nio.channels.FileChannel.MapMode;

/** Remap as a page cache: the file as a region, plain loads. */
final class RemapPages implements PageCache {
    private final Remap remap;
    private final FileRegion region;
    private final RegionWords words;

    RemapPages(DataFile file, long dramBytes) throws RemapException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(dramBytes));
        try {
            region = remap.openFile(
                    file.path(), MapMode.READ_ONLY, FileSpec.defaults().advice(Advice.RANDOM));
        } catch (RemapException | RuntimeException | Error e) {
            remap.close();
            throw e;
        }
        words = new RegionWords(region);
    }

    @Override
    public WordReader open() {
        return words.open();
    }

    /** The manager reads them, so this process's own counters have none of it. */
    @Override
    public long pagesRead() {
        return region.stats().faults().getOrDefault(FaultKind.FETCH, 0L);
    }

    @Override
    public void close() {
        remap.close();
    }
}
