// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/** What {@code remap bench pages} measures, in the order in which it does. */
enum PagesRow {
    HITS("hits: random 8-byte reads, every page in memory", AccessPattern.UNIFORM),
    MIXED("mixed: Zipf 0.99 over all of the file", AccessPattern.ZIPF);

    private final String words;
    private final AccessPattern pattern;

    PagesRow(String words, AccessPattern pattern) {
        this.words = words;
        this.pattern = pattern;
    }

    String words() {
        return words;
    }

    /** The pages to read, in their order: the same ones for every side. */
    int[] table(PagesPlan plan) {
        int pages = this == HITS ? plan.residentPages() : plan.pages();
        return pattern.table(pages, new AccessPattern.Lane(0, 1), AccessPattern.TABLE_LENGTH);
    }
}
