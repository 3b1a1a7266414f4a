// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.FileRegion;
import dev.remap.peers.WordReader;
import dev.remap.peers.WordSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The words of a file as Remap has them: plain loads. */
record RegionWords(FileRegion region) implements WordSource {
    @Override
    public WordReader open() {
        MemorySegment memory = region.segment();
        return (page, word) -> memory.get(ValueLayout.JAVA_LONG, page * DataFile.PAGE + (long) word * Long.BYTES);
    }
}
