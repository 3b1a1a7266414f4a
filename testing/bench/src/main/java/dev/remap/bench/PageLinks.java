// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Links from page to page, for pointer chases: the first word of a page says which page comes next, and whose link it is. {@code
 * tier_loop.c} makes the same.
 */
final class PageLinks {
    /** That a thread follows at once, where it follows more than one. */
    static final int CHAINS = 64;

    private static final int OWNER = 0x9E37_79B1;

    private PageLinks() {}

    static long link(int page, int next) {
        int owner = (page + 1) * OWNER;
        return (long) owner << Integer.SIZE | next;
    }

    /**
     * The page after {@code page}, of which {@code link} is the first word.
     *
     * @throws IllegalStateException if that is not its link
     */
    static int next(int page, long link) {
        if (link != link(page, (int) link)) {
            throw new IllegalStateException("page " + page + " has the link " + Long.toHexString(link));
        }
        return (int) link;
    }

    /** Links all pages of some memory in the order in which a table begins, and the last to the first. */
    static void write(MemorySegment memory, int[] table) {
        int pages = Math.toIntExact(memory.byteSize() / ReferencePages.PAGE);
        int[] next = new int[pages];
        for (int i = 0; i < pages; i++) {
            next[table[i]] = table[(i + 1) % pages];
        }
        for (int page = 0; page < pages; page++) {
            memory.set(ValueLayout.JAVA_LONG, (long) page * ReferencePages.PAGE, link(page, next[page]));
        }
    }
}
