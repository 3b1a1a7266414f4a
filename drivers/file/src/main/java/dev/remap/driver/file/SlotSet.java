// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import java.io.IOException;
import java.util.Arrays;

/**
 * A sparse set of numbers below a limit that finds its next member in a few steps.
 *
 * <pre>
 * level 0   a bit a number
 * level 1   a bit a word of level 0: whether it has any bit
 * level n   the same of level n - 1, until one word is enough
 * </pre>
 *
 * Confined to one thread. Costs a little more than a bit a number, and only where numbers have ever been.
 */
final class SlotSet {
    static final long NONE = -1;

    private static final int WORD_SHIFT = 6;
    private static final int WORD_MASK = Long.SIZE - 1;
    private static final int MOST_LEVELS = 11;

    private final long[] levels;
    private long count;

    private SlotSet(long[] levels) {
        this.levels = levels;
    }

    /** Bytes of address space that a set of numbers below {@code limit} takes. */
    static long bytes(long limit) {
        long bytes = 0;
        long words = limit;
        do {
            words = (words + WORD_MASK) >>> WORD_SHIFT;
            bytes += words * Long.BYTES;
        } while (words > 1);
        return bytes;
    }

    /** An empty set in {@link #bytes} of zeros at {@code address}. */
    static SlotSet at(long address, long limit) {
        long[] found = new long[MOST_LEVELS];
        int count = 0;
        long next = address;
        long words = limit;
        do {
            found[count++] = next;
            words = (words + WORD_MASK) >>> WORD_SHIFT;
            next += words * Long.BYTES;
        } while (words > 1);
        return new SlotSet(Arrays.copyOf(found, count));
    }

    static SlotSet map(long limit, String what) throws IOException {
        return at(RawMemory.mapSparse(bytes(limit), what), limit);
    }

    long address() {
        return levels[0];
    }

    long count() {
        return count;
    }

    boolean contains(long number) {
        return (word(0, number >>> WORD_SHIFT) & 1L << number) != 0;
    }

    /** The word of 64 members that {@code number} is in. */
    long wordOf(long number) {
        return word(0, number >>> WORD_SHIFT);
    }

    void add(long number) {
        assert !contains(number) : number;
        count++;
        set(0, number);
    }

    private void set(int from, long bit) {
        long index = bit;
        for (int level = from; level < levels.length; level++) {
            long at = levels[level] + (index >>> WORD_SHIFT) * Long.BYTES;
            long old = RawMemory.getLong(at);
            RawMemory.putLong(at, old | 1L << index);
            if (old != 0) {
                return;
            }
            index >>>= WORD_SHIFT;
        }
    }

    void remove(long number) {
        assert contains(number) : number;
        count--;
        clear(0, number);
    }

    private void clear(int from, long bit) {
        long index = bit;
        for (int level = from; level < levels.length; level++) {
            long at = levels[level] + (index >>> WORD_SHIFT) * Long.BYTES;
            long left = RawMemory.getLong(at) & ~(1L << index);
            RawMemory.putLong(at, left);
            if (left != 0) {
                return;
            }
            index >>>= WORD_SHIFT;
        }
    }

    /** Makes a member of each number below {@code end} that is none, and the reverse; none is a member from {@code end} on. */
    void complement(long end) {
        for (long first = 0; first < end; first += Long.SIZE) {
            long at = levels[0] + (first >>> WORD_SHIFT) * Long.BYTES;
            long old = RawMemory.getLong(at);
            long next = ~old & (end - first < Long.SIZE ? (1L << end) - 1 : -1L);
            RawMemory.putLong(at, next);
            if (next == 0) {
                clear(1, first >>> WORD_SHIFT);
            } else if (old == 0) {
                set(1, first >>> WORD_SHIFT);
            }
        }
        count = end - count;
    }

    /** The least member from {@code from}, which is below the limit, on; or {@link #NONE}. */
    long next(long from) {
        long index = from;
        for (int level = 0; level < levels.length; level++) {
            long bits = restOfWord(level, index);
            if (bits != 0) {
                return descend(level, (index & ~WORD_MASK) + Long.numberOfTrailingZeros(bits));
            }
            index = (index >>> WORD_SHIFT) + 1;
        }
        return NONE;
    }

    /** How many numbers from {@code start} on are members without a gap, at most {@code most}. */
    int run(long start, int most) {
        int length = 0;
        while (length < most) {
            long number = start + length;
            int clear = Long.numberOfTrailingZeros(~(word(0, number >>> WORD_SHIFT) >>> number));
            int inWord = (int) Math.min(clear, Long.SIZE - (number & WORD_MASK));
            length += inWord;
            if (inWord == 0 || ((number + inWord) & WORD_MASK) != 0 || isBeyond(0, number + inWord)) {
                break;
            }
        }
        return Math.min(length, most);
    }

    private long descend(int level, long index) {
        long found = index;
        for (int below = level - 1; below >= 0; below--) {
            found = (found << WORD_SHIFT) + Long.numberOfTrailingZeros(word(below, found));
        }
        return found;
    }

    private long restOfWord(int level, long index) {
        return isBeyond(level, index) ? 0 : word(level, index >>> WORD_SHIFT) & -1L << index;
    }

    /** Whether the word that has bit {@code index} would lie behind the level's last. */
    private boolean isBeyond(int level, long index) {
        long words = level + 1 < levels.length ? (levels[level + 1] - levels[level]) / Long.BYTES : 1;
        return index >>> WORD_SHIFT >= words;
    }

    private long word(int level, long word) {
        return RawMemory.getLong(levels[level] + word * Long.BYTES);
    }
}
