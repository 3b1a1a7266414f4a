// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

/**
 * What is known of each chunk: its size class, how many slots are used, which file pages may hold memory, its bitmap row and its
 * neighbours in a list. Takes memory for the chunks that were ever used, not for the region.
 *
 * <pre>
 *  0         4          8            12         14            16          17      20
 *  +---------+----------+------------+----------+-------------+-----------+-------+
 *  | next:32 | prev:32  | bitmap     | used     | touched     | class + 1 |   -   |
 *  |         |          | row:32     | slots:16 | pages:16    | :8        |       |
 *  +---------+----------+------------+----------+-------------+-----------+-------+
 * </pre>
 *
 * <p>With a bitmap of 8 (slots of 1 KiB and more) to 128 bytes and 45 slots a chunk, as JSON-like pages compressed by LZ4 have, that is
 * less than 1 byte a stored page. ZramMetadataTest holds it below 2.
 */
final class ChunkTable {
    static final int NONE = -1;

    private static final int NEXT = 0;
    private static final int PREVIOUS = NEXT + Integer.BYTES;
    private static final int BITMAP_ROW = PREVIOUS + Integer.BYTES;
    private static final int USED = BITMAP_ROW + Integer.BYTES;
    private static final int TOUCHED = USED + Short.BYTES;
    private static final int CLASS = TOUCHED + Short.BYTES;
    private static final int ENTRY_BYTES = 20;

    private static final int NO_CLASS = -1;

    private final long base;
    private final int limit;
    private int opened;
    private int freeHead = NONE;

    /** An empty table that can come to hold {@code limit} chunks, in {@link #bytes} of zeros at {@code address}. */
    ChunkTable(long address, int limit) {
        base = address;
        this.limit = limit;
    }

    /** What a table for so many chunks may take. */
    static long bytes(int limit) {
        return (long) limit * ENTRY_BYTES;
    }

    /** A chunk without a class, one that was used before if there is such; {@link #NONE} when the pool is full. */
    int take() {
        int chunk = freeHead;
        if (chunk != NONE) {
            freeHead = next(chunk);
            return chunk;
        }
        return opened == limit ? NONE : opened++;
    }

    /** Makes sure of entries up to a chunk that a former manager has used, none of them with a class. {@link #chainFree} ends a series. */
    void reach(int chunk) {
        opened = Math.max(opened, chunk + 1);
    }

    /** Makes all chunks without a class free to be taken. */
    void chainFree() {
        freeHead = NONE;
        for (int chunk = opened - 1; chunk >= 0; chunk--) {
            if (sizeClass(chunk) == NO_CLASS) {
                next(chunk, freeHead);
                freeHead = chunk;
            }
        }
    }

    /** How many chunks the table can come to hold. */
    int limit() {
        return limit;
    }

    /** Chunks from here on were never used. */
    int opened() {
        return opened;
    }

    void giveBack(int chunk) {
        assert used(chunk) == 0 : used(chunk);
        sizeClass(chunk, NO_CLASS);
        next(chunk, freeHead);
        freeHead = chunk;
    }

    void assign(int chunk, int newClass, int row) {
        assert used(chunk) == 0 && sizeClass(chunk) == NO_CLASS : chunk;
        sizeClass(chunk, newClass);
        RawMemory.putInt(entry(chunk) + BITMAP_ROW, row);
    }

    /** Whether the chunk has a size class, so that its slots mean something. */
    boolean isInUse(int chunk) {
        return chunk >= 0 && chunk < opened && sizeClass(chunk) != NO_CLASS;
    }

    int sizeClass(int chunk) {
        return RawMemory.getByte(entry(chunk) + CLASS) - 1;
    }

    private void sizeClass(int chunk, int value) {
        RawMemory.putByte(entry(chunk) + CLASS, (byte) (value + 1));
    }

    int bitmapRow(int chunk) {
        return RawMemory.getInt(entry(chunk) + BITMAP_ROW);
    }

    int used(int chunk) {
        return RawMemory.getShort(entry(chunk) + USED);
    }

    void addUsed(int chunk, int slots) {
        int now = used(chunk) + slots;
        assert now >= 0 && now <= SizeClasses.slots(sizeClass(chunk)) : now;
        RawMemory.putShort(entry(chunk) + USED, (short) now);
    }

    /** A bit for each page of the chunk that is charged and may hold memory. */
    int touched(int chunk) {
        return Short.toUnsignedInt(RawMemory.getShort(entry(chunk) + TOUCHED));
    }

    void setTouched(int chunk, int pageMask) {
        RawMemory.putShort(entry(chunk) + TOUCHED, (short) pageMask);
    }

    int previous(int chunk) {
        return RawMemory.getInt(entry(chunk) + PREVIOUS);
    }

    int next(int chunk) {
        return RawMemory.getInt(entry(chunk) + NEXT);
    }

    private void next(int chunk, int value) {
        RawMemory.putInt(entry(chunk) + NEXT, value);
    }

    void chain(int first, int second) {
        next(first, second);
        RawMemory.putInt(entry(second) + PREVIOUS, first);
    }

    long metadataBytes() {
        return bytes(opened);
    }

    private long entry(int chunk) {
        assert chunk >= 0 && chunk < opened : chunk + " of " + opened;
        return base + (long) chunk * ENTRY_BYTES;
    }
}
