// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

/**
 * Rows of bits, a power of two words each: which slots of a chunk are taken. One instance a width, since a chunk of large slots needs 8
 * bytes and one of the smallest 128. Free rows are chained through their first word.
 */
final class SlotBitmaps {
    private static final int NONE = -1;

    private final int wordsPerRow;
    private final long base;
    private int rows;
    private int freeRow = NONE;

    /** No row yet, in {@link #bytes} of zeros at {@code address}. */
    SlotBitmaps(int wordsPerRow, long address) {
        assert Integer.bitCount(wordsPerRow) == 1 : wordsPerRow;
        this.wordsPerRow = wordsPerRow;
        base = address;
    }

    /** What so many rows may take. */
    static long bytes(int wordsPerRow, int rows) {
        return (long) rows * wordsPerRow * Long.BYTES;
    }

    /** A row of zeros. */
    int takeRow() {
        int row = freeRow;
        if (row == NONE) {
            return rows++;
        }
        freeRow = (int) word(row, 0);
        word(row, 0, 0);
        return row;
    }

    /** Gives back a row, which must be all zeros. */
    void giveBackRow(int row) {
        assert highest(row, wordsPerRow * Long.SIZE) == NONE : row;
        word(row, 0, freeRow);
        freeRow = row;
    }

    boolean isSet(int row, int bit) {
        return (word(row, bit) & 1L << bit) != 0;
    }

    void set(int row, int bit) {
        assert !isSet(row, bit) : row + " " + bit;
        word(row, bit, word(row, bit) | 1L << bit);
    }

    void clear(int row, int bit) {
        assert isSet(row, bit) : row + " " + bit;
        word(row, bit, word(row, bit) & ~(1L << bit));
    }

    /** The lowest bit from {@code from} up to {@code limit} that is zero, or -1. */
    int lowestClear(int row, int from, int limit) {
        for (int bit = from; bit < limit; bit = (bit | Long.SIZE - 1) + 1) {
            long clear = ~word(row, bit) >>> bit;
            if (clear != 0) {
                int found = bit + Long.numberOfTrailingZeros(clear);
                return found < limit ? found : NONE;
            }
        }
        return NONE;
    }

    /** The highest bit below {@code limit} that is one, or -1. */
    int highest(int row, int limit) {
        for (int bit = limit - 1; bit >= 0; bit = (bit & -Long.SIZE) - 1) {
            long set = word(row, bit) << (Long.SIZE - 1 - (bit & Long.SIZE - 1));
            if (set != 0) {
                return bit - Long.numberOfLeadingZeros(set);
            }
        }
        return NONE;
    }

    /** Whether a bit from {@code from} to {@code to}, both included, is one. */
    boolean anySet(int row, int from, int to) {
        return highest(row, to + 1) >= from;
    }

    long metadataBytes() {
        return bytes(wordsPerRow, rows);
    }

    private long word(int row, int bit) {
        return RawMemory.getLong(address(row, bit));
    }

    private void word(int row, int bit, long value) {
        RawMemory.putLong(address(row, bit), value);
    }

    private long address(int row, int bit) {
        return base + ((long) row * wordsPerRow + (bit >>> 6)) * Long.BYTES;
    }
}
