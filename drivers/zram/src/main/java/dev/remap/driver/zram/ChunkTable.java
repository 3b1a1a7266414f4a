// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import java.util.Arrays;

/**
 * What is known of each chunk: its size class, how many slots are used, which file pages may hold memory, its bitmap row and its
 * neighbours in a list. Grows with the highest chunk ever used, not with the region.
 *
 * <p>17 bytes a chunk and a bitmap of 8 (slots of 1 KiB and more) to 128 bytes, each up to half as much again after growing; with
 * 45 slots a chunk, as JSON-like pages compressed by LZ4 have, that is less than 1 byte a stored page. ZramMetadataTest holds it
 * below 2.
 */
final class ChunkTable {
    static final int NONE = -1;

    private static final int FIRST_CHUNKS = 64;
    private static final byte NO_CLASS = -1;

    private final int limit;
    private byte[] sizeClass = {};
    private short[] used = {};
    private char[] touched = {};
    private int[] bitmapRow = {};
    private int[] previous = {};
    private int[] next = {};
    private int opened;
    private int freeHead = NONE;

    /** An empty table that can come to hold {@code limit} chunks. */
    ChunkTable(int limit) {
        this.limit = limit;
    }

    /** A chunk without a class, one that was used before if there is such; {@link #NONE} when the pool is full. */
    int take() {
        int chunk = freeHead;
        if (chunk != NONE) {
            freeHead = next[chunk];
            return chunk;
        }
        if (opened == limit) {
            return NONE;
        }
        if (opened == used.length) {
            grow(Math.min(limit, Math.max(FIRST_CHUNKS, opened + opened / 2)));
        }
        return opened++;
    }

    /** Makes sure of entries up to a chunk that a former manager has used, none of them with a class. {@link #chainFree} ends a series. */
    void reach(int chunk) {
        if (chunk >= used.length) {
            grow(Math.min(limit, Math.max(chunk + 1, Math.max(FIRST_CHUNKS, used.length + used.length / 2))));
        }
        opened = Math.max(opened, chunk + 1);
    }

    /** Makes all chunks without a class free to be taken. */
    void chainFree() {
        freeHead = NONE;
        for (int chunk = opened - 1; chunk >= 0; chunk--) {
            if (sizeClass[chunk] == NO_CLASS) {
                next[chunk] = freeHead;
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
        assert used[chunk] == 0 : used[chunk];
        sizeClass[chunk] = NO_CLASS;
        next[chunk] = freeHead;
        freeHead = chunk;
    }

    void assign(int chunk, int newClass, int row) {
        assert used[chunk] == 0 && sizeClass[chunk] == NO_CLASS : chunk;
        sizeClass[chunk] = (byte) newClass;
        bitmapRow[chunk] = row;
    }

    /** Whether the chunk has a size class, so that its slots mean something. */
    boolean isInUse(int chunk) {
        return chunk >= 0 && chunk < opened && sizeClass[chunk] != NO_CLASS;
    }

    int sizeClass(int chunk) {
        return sizeClass[chunk];
    }

    int bitmapRow(int chunk) {
        return bitmapRow[chunk];
    }

    int used(int chunk) {
        return used[chunk];
    }

    void addUsed(int chunk, int slots) {
        used[chunk] += (short) slots;
        assert used[chunk] >= 0 && used[chunk] <= SizeClasses.slots(sizeClass[chunk]) : used[chunk];
    }

    /** A bit for each page of the chunk that is charged and may hold memory. */
    int touched(int chunk) {
        return touched[chunk];
    }

    void setTouched(int chunk, int pageMask) {
        touched[chunk] = (char) pageMask;
    }

    int previous(int chunk) {
        return previous[chunk];
    }

    int next(int chunk) {
        return next[chunk];
    }

    void chain(int first, int second) {
        next[first] = second;
        previous[second] = first;
    }

    long metadataBytes() {
        int bytesPerChunk = Byte.BYTES + Short.BYTES + Character.BYTES + 3 * Integer.BYTES;
        return (long) used.length * bytesPerChunk;
    }

    private void grow(int size) {
        int before = used.length;
        sizeClass = Arrays.copyOf(sizeClass, size);
        Arrays.fill(sizeClass, before, size, NO_CLASS);
        used = Arrays.copyOf(used, size);
        touched = Arrays.copyOf(touched, size);
        bitmapRow = Arrays.copyOf(bitmapRow, size);
        previous = Arrays.copyOf(previous, size);
        next = Arrays.copyOf(next, size);
    }
}
