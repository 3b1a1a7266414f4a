// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The reference content: JSON-like records, 2.8:1 under LZ4. The C loops make the same bytes: {@code make_page}. */
final class ReferencePages {
    static final int PAGE = 4096;

    private static final long SEED_STEP = 0x9E3779B97F4A7C15L;
    private static final long HASH_STEP = 0xD1342543DE82EF95L;

    private final MemorySegment pages;

    /** Makes pages of seeds 1 to {@code count}. */
    ReferencePages(int count) {
        pages = Arena.ofAuto().allocate((long) count * PAGE, PAGE);
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(bytes(i + 1L), 0, pages, ValueLayout.JAVA_BYTE, (long) i * PAGE, PAGE);
        }
    }

    /** Fills memory with pages of seeds from 1 on. */
    static void fill(MemorySegment memory) {
        for (long at = 0; at < memory.byteSize(); at += PAGE) {
            MemorySegment.copy(MemorySegment.ofArray(bytes(at / PAGE + 1)), 0, memory, at, PAGE);
        }
    }

    /** Writes them all to the start of {@code target}. */
    void copyTo(MemorySegment target) {
        MemorySegment.copy(pages, 0, target, 0, pages.byteSize());
    }

    /** What reading the first 8 bytes of each page adds up to. */
    long sumOfFirstLongs() {
        long sum = 0;
        for (long at = 0; at < pages.byteSize(); at += PAGE) {
            sum += pages.get(ValueLayout.JAVA_LONG, at);
        }
        return sum;
    }

    static byte[] bytes(long seed) {
        var text = new StringBuilder(PAGE + 128);
        long s = seed * SEED_STEP + 1;
        while (text.length() < PAGE) {
            s = Shuffle.next(s);
            record(text, s);
        }
        text.setLength(PAGE);
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void record(StringBuilder text, long s) {
        text.append("{\"identifier\":").append(Long.remainderUnsigned(s, 10_000_000));
        hex(text.append(",\"name\":\"user"), (s >>> 20) & 0xffff, 4);
        text.append("\",\"country\":\"GB\",\"active\":true,\"value\":").append((s >>> 40) & 0xff);
        hex(text.append(",\"hash\":\""), (s * HASH_STEP) >>> 20, 11);
        text.append("\"},\n");
    }

    private static void hex(StringBuilder text, long value, int digits) {
        String hex = Long.toHexString(value);
        text.repeat('0', Math.max(0, digits - hex.length())).append(hex);
    }
}
