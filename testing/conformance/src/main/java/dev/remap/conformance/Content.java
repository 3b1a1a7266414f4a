// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** What tests write: every four bytes of a page say about where they are, and which test wrote them. */
final class Content {
    static final int PAGE = 4096;

    private static final int INTS = PAGE / Integer.BYTES;

    /** So often a number is repeated, so that pages can be compressed. */
    private static final int RUN = 16;

    private Content() {}

    /** Fills pages of a region or buffer, of which page 0 is page {@code number} of the content. */
    static void fill(MemorySegment memory, long first, long pages, long number, int salt) {
        for (long page = first; page < first + pages; page++) {
            MemorySegment.copy(page(number + page - first, salt), 0, memory, page * PAGE, PAGE);
        }
    }

    /** How many of these pages have other bytes. */
    static long wrong(MemorySegment memory, long first, long pages, long number, int salt) {
        long wrong = 0;
        for (long page = first; page < first + pages; page++) {
            MemorySegment expected = page(number + page - first, salt);
            wrong += memory.asSlice(page * PAGE, PAGE).mismatch(expected) < 0 ? 0 : 1;
        }
        return wrong;
    }

    /** One page. */
    static MemorySegment page(long number, int salt) {
        MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
        for (int i = 0; i < INTS; i++) {
            page.set(
                    JAVA_INT_UNALIGNED, (long) i * Integer.BYTES, (int) (number * INTS + i / RUN) ^ salt * 0x9E37_79B9);
        }
        return page;
    }

    /** How many of these pages are not all zeros. */
    static long notZero(MemorySegment memory, long first, long pages) {
        MemorySegment zeros = MemorySegment.ofArray(new byte[PAGE]);
        long wrong = 0;
        for (long page = first; page < first + pages; page++) {
            wrong += memory.asSlice(page * PAGE, PAGE).mismatch(zeros) < 0 ? 0 : 1;
        }
        return wrong;
    }

    /** The first byte of a page; touches it. */
    static byte touch(MemorySegment memory, long page) {
        return memory.get(JAVA_BYTE, page * PAGE);
    }
}
