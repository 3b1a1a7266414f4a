// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The table of {@code docs/internals/failed-page-access.md}. */
final class FailedPageTable {
    /** A kind of access, and what it does when interpreted and when compiled. */
    record Row(String access, String interpreted, String compiled) {}

    private static final Path FILE = Path.of("docs", "internals", "failed-page-access.md");
    private static final int CELLS = 5;

    private FailedPageTable() {}

    /** The rows below the header of the first table. */
    static List<Row> rows() {
        try {
            return Files.readAllLines(find()).stream()
                    .filter(line -> line.startsWith("| "))
                    .skip(2)
                    .map(FailedPageTable::row)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(String line) {
        String[] cells = line.split("\\|", -1);
        if (cells.length != CELLS) {
            throw new IllegalArgumentException("not a row of three cells: " + line);
        }
        return new Row(cells[1].strip().replace("`", ""), cells[2].strip(), cells[3].strip());
    }

    private static Path find() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(FILE))) {
                return at.resolve(FILE);
            }
        }
        throw new IllegalStateException(
                "there is no " + FILE + " above " + Path.of("").toAbsolutePath());
    }
}
