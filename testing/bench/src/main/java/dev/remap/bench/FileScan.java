// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.FileRegion;
import java.lang.foreign.ValueLayout;

/** Reads a file's pages in order by plain touches, again and again. */
final class FileScan implements ChunkWork {
    private static final long CHUNK = 64 * DataFile.PAGE;

    private final DataFile file;
    private final FileRegion region;
    private long at;

    FileScan(DataFile file, FileRegion region) {
        this.file = file;
        this.region = region;
    }

    @Override
    public long step() {
        long end = Math.min(at + CHUNK, file.bytes());
        for (; at < end; at += DataFile.PAGE) {
            file.check(at / Long.BYTES, region.segment().get(ValueLayout.JAVA_LONG, at));
        }
        at %= file.bytes();
        return CHUNK;
    }
}
