// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

/**
 * The pool's file: chunks of 64 KiB, each cut into slots of one size class, as a zspage is.
 *
 * <pre>
 *  0          64 KiB     128 KiB
 *  +----------+----------+----------+--        location = file offset / 16
 *  | chunk 0  | chunk 1  | chunk 2  |          a chunk is 16 file pages; the last bytes, fewer than a slot, are its tail
 *  +----------+----------+----------+--
 * </pre>
 *
 * <p>Why 64 KiB: the largest slots lose at most 0.3 % to the tail, and neighbouring classes can be 3 to 6 % apart (20 or 21 slots).
 * In 16 KiB these are 6 % and 20 %; in 256 KiB a sparse class would hold four times as much until compaction gets to it.
 */
final class ChunkLayout {
    static final int CHUNK_SHIFT = 16;
    static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;
    static final int PAGE_SHIFT = 12;
    static final int PAGE_BYTES = 1 << PAGE_SHIFT;
    static final int PAGES_PER_CHUNK = CHUNK_BYTES / PAGE_BYTES;
    static final int ALL_PAGES = (1 << PAGES_PER_CHUNK) - 1;

    private static final int LOCATION_CHUNK_SHIFT = CHUNK_SHIFT - ZramSlotLayout.ALIGNMENT_SHIFT;
    private static final int LOCATION_MASK = (1 << LOCATION_CHUNK_SHIFT) - 1;

    private ChunkLayout() {}

    static long location(int chunk, int byteInChunk) {
        assert byteInChunk % ZramSlotLayout.ALIGNMENT == 0 : byteInChunk;
        return (long) chunk << LOCATION_CHUNK_SHIFT | byteInChunk >>> ZramSlotLayout.ALIGNMENT_SHIFT;
    }

    static long offset(long location) {
        return location << ZramSlotLayout.ALIGNMENT_SHIFT;
    }

    static long chunkOffset(int chunk) {
        return (long) chunk << CHUNK_SHIFT;
    }

    static int chunk(long location) {
        return (int) (location >>> LOCATION_CHUNK_SHIFT);
    }

    static int byteInChunk(long location) {
        return (int) (location & LOCATION_MASK) << ZramSlotLayout.ALIGNMENT_SHIFT;
    }

    /** A bit for each page of the chunk that the bytes from {@code begin} up to {@code end} lie in. */
    static int pageMask(int begin, int end) {
        assert begin >= 0 && begin < end && end <= CHUNK_BYTES : begin + " " + end;
        int first = begin >>> PAGE_SHIFT;
        int last = (end - 1) >>> PAGE_SHIFT;
        return (2 << last) - (1 << first);
    }
}
