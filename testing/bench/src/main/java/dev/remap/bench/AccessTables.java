// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tables of the threads of one row, and files of them for the C program. */
final class AccessTables implements AutoCloseable {
    private final ScratchFolder folder = ScratchFolder.create();
    private final List<int[]> tables = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    AccessTables(AccessPattern pattern, int pages, int threads) throws IOException {
        for (int thread = 0; thread < threads; thread++) {
            int[] table = pattern.table(pages, new AccessPattern.Lane(thread, threads), AccessPattern.TABLE_LENGTH);
            Path file = folder.resolve("table-" + thread);
            Zipf.write(table, file);
            tables.add(table);
            files.add(file);
        }
    }

    /** One a thread. */
    List<int[]> tables() {
        return tables;
    }

    /** The same. */
    List<Path> files() {
        return files;
    }

    @Override
    public void close() {
        folder.close();
    }
}
