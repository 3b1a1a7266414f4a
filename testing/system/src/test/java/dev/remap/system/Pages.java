// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Content for pages, each kind made from a number so that it can be checked again. */
final class Pages {
    static final int SIZE = 4096;
    static final long MIB = 1L << 20;

    private Pages() {}

    /** Compresses to a fraction, is not one value repeated, and ends in a zero. */
    static byte[] text(long number) {
        String line = "page " + number + " of a region that is larger than memory; ";
        byte[] words = line.repeat(SIZE / line.length() + 1).getBytes(StandardCharsets.US_ASCII);
        byte[] page = new byte[SIZE];
        System.arraycopy(words, 0, page, 0, SIZE - 1);
        return page;
    }

    /** Compresses to nothing less. */
    static byte[] random(long number) {
        byte[] page = new byte[SIZE];
        new SplittableRandom(number).nextBytes(page);
        return page;
    }

    static void write(MemorySegment segment, long page, byte[] bytes) {
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, page * SIZE, SIZE);
    }

    static byte[] read(MemorySegment segment, long page) {
        return segment.asSlice(page * SIZE, SIZE).toArray(JAVA_BYTE);
    }

    static void writeTexts(MemorySegment segment, long firstPage, long pages) {
        for (long page = firstPage; page < firstPage + pages; page++) {
            write(segment, page, text(page));
        }
    }

    /** How many pages of a range do not hold what {@link #writeTexts} wrote. */
    static long wrongTexts(MemorySegment segment, long firstPage, long pages) {
        long wrong = 0;
        for (long page = firstPage; page < firstPage + pages; page++) {
            wrong += Arrays.equals(read(segment, page), text(page)) ? 0 : 1;
        }
        return wrong;
    }

    /** Writes one long to each page of a range. */
    static void stamp(MemorySegment segment, long firstPage, long pages) {
        for (long page = firstPage; page < firstPage + pages; page++) {
            segment.set(JAVA_LONG, page * SIZE, page + 1);
        }
    }

    /** How many pages of a range do not hold what {@link #stamp} wrote. */
    static long wrongStamps(MemorySegment segment, long firstPage, long pages) {
        long wrong = 0;
        for (long page = firstPage; page < firstPage + pages; page++) {
            if (segment.get(JAVA_LONG, page * SIZE) != page + 1) {
                wrong++;
            }
        }
        return wrong;
    }
}
