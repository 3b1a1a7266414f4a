// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.Advice;
import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Region;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/**
 * By {@code Remap.openFile}, advised {@code RANDOM}: touched as memory, or read without faults. What scans has a region of its own on the
 * same file, advised {@code DROP_BEHIND} and touched, or {@code BYPASS} and read.
 */
final class RemapAccess implements FileAccess {
    private final Remap remap;
    private final boolean touch;
    private final FileRegion keys;
    private final FileRegion records;
    private final FileRegion scanned;
    private final MemorySegment block = Arena.ofAuto().allocate(KeyEntry.BLOCK_BYTES, Long.BYTES);

    private RemapAccess(Remap remap, IndexFiles files, boolean touch) throws RemapException {
        this.remap = remap;
        this.touch = touch;
        keys = openFile(files.keys(), Advice.RANDOM);
        records = openFile(files.records(), Advice.RANDOM);
        scanned = openFile(files.records(), touch ? Advice.DROP_BEHIND : Advice.BYPASS);
    }

    static FileAccess open(IndexFiles files, long dramBytes, boolean touch) throws IOException {
        Remap remap = Remap.open(RemapConfig.defaults().dramBytes(dramBytes));
        try {
            return new RemapAccess(remap, files, touch);
        } catch (RemapException e) {
            remap.close();
            throw e;
        }
    }

    private FileRegion openFile(Path file, Advice advice) throws RemapException {
        return remap.openFile(file, MapMode.READ_ONLY, FileSpec.defaults().advice(advice));
    }

    @Override
    public MemorySegment block(long offset, int length) throws IOException {
        if (touch) {
            return keys.segment().asSlice(offset, length);
        }
        keys.read(offset, block.asSlice(0, length));
        return block;
    }

    @Override
    public void record(long offset, byte[] target, int length) throws IOException {
        copy(records, offset, target, length);
    }

    @Override
    public void scan(long offset, byte[] target, int length) throws IOException {
        copy(scanned, offset, target, length);
    }

    private void copy(Region region, long offset, byte[] target, int length) throws IOException {
        if (touch) {
            SegmentCopy.copy(region.segment(), offset, target, length);
        } else {
            region.read(offset, MemorySegment.ofArray(target).asSlice(0, length));
        }
    }

    @Override
    public void check() throws IOException {
        Remap.check();
    }

    @Override
    public long helperPid() {
        return remap.stats().managerPid();
    }

    @Override
    public void close() {
        remap.close();
    }
}
