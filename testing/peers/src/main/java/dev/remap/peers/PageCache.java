// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page cache over a file that is larger than its memory. Open in a JVM that runs no other. */
public interface PageCache extends WordSource, AutoCloseable {
    /** Of every page. */
    int PAGE_BYTES = 4096;

    /** Pages that were read from the disk so far. */
    default long pagesRead() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/io"))) {
            return lines.filter(line -> line.startsWith("read_bytes: "))
                    .mapToLong(line -> Long.parseLong(line.substring("read_bytes: ".length())) / PAGE_BYTES)
                    .findFirst()
                    .orElseThrow(() -> new IOException("/proc/self/io has no read_bytes"));
        }
    }

    @Override
    void close() throws IOException;
}
