// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tables of the threads of one row, and files of them for the C program. */
final class AccessTables implements AutoCloseable {
    private final ScratchFolder folder = ScratchFolder.create();
    private final List<int[]> tables = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    /** @param unitPages neighbours that are accessed one after the other, a power of two: 1 if each page is for itself */
    AccessTables(AccessPattern pattern, int pages, int unitPages, int threads) throws IOException {
        for (int thread = 0; thread < threads; thread++) {
            int[] table = table(pattern, pages, unitPages, new AccessPattern.Lane(thread, threads));
            Path file = folder.resolve("table-" + thread);
            Zipf.write(table, file);
            tables.add(table);
            files.add(file);
        }
    }

    static int[] table(AccessPattern pattern, int pages, int unitPages, AccessPattern.Lane lane) {
        int[] units = pattern.table(pages / unitPages, lane, AccessPattern.TABLE_LENGTH / unitPages);
        int[] table = new int[AccessPattern.TABLE_LENGTH];
        Arrays.setAll(table, i -> units[i / unitPages] * unitPages + i % unitPages);
        return table;
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
