// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.util.Arrays;

/** Least recently used, told of every access: what no manager of mapped memory can be, and everybody knows. */
final class LruCache implements TracedCache {
    private static final int ABSENT = -1;

    /** The ring of resident pages by last use; the entry after the last page is its anchor. */
    private final int[] newer;

    private final int[] older;
    private final int anchor;
    private final int capacityPages;
    private int residentPages;

    LruCache(int capacityPages, int distinctPages) {
        this.capacityPages = capacityPages;
        anchor = distinctPages;
        newer = new int[distinctPages + 1];
        older = new int[distinctPages + 1];
        Arrays.fill(newer, ABSENT);
        newer[anchor] = anchor;
        older[anchor] = anchor;
    }

    @Override
    public boolean touch(int page) {
        boolean hit = newer[page] != ABSENT;
        if (hit) {
            unlink(page);
        } else if (residentPages == capacityPages) {
            int oldest = newer[anchor];
            unlink(oldest);
            newer[oldest] = ABSENT;
        } else {
            residentPages++;
        }
        linkAsNewest(page);
        return hit;
    }

    private void unlink(int page) {
        newer[older[page]] = newer[page];
        older[newer[page]] = older[page];
    }

    private void linkAsNewest(int page) {
        int last = older[anchor];
        newer[last] = page;
        older[page] = last;
        newer[page] = anchor;
        older[anchor] = page;
    }
}
