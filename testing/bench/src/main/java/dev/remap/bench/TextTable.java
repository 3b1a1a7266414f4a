// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings: the first columns flush left, the others right, each as wide as its widest cell. */
final class TextTable {
    private static final String GAP = "  ";

    private final int leftColumns;
    private final List<String[]> rows = new ArrayList<>();

    TextTable(int leftColumns, String... headings) {
        this.leftColumns = leftColumns;
        rows.add(headings);
    }

    /** As many cells as there are headings. */
    void row(String... cells) {
        if (cells.length != rows.getFirst().length) {
            throw new IllegalArgumentException(cells.length + " cells, " + rows.getFirst().length + " headings");
        }
        rows.add(cells);
    }

    List<String> lines() {
        return rows.stream().map(this::line).toList();
    }

    private String line(String... cells) {
        var line = new StringBuilder();
        for (int column = 0; column < cells.length; column++) {
            String padding = " ".repeat(width(column) - cells[column].length());
            line.append(column == 0 ? "" : GAP);
            line.append(column < leftColumns ? cells[column] + padding : padding + cells[column]);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
    }
}
