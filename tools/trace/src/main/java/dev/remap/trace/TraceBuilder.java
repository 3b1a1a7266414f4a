// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.util.Arrays;

/**
 * Numbers keys densely in the order they come, in an open-addressed table of 12 bytes an entry, at most half full. For at most 2^28
 * keys and 2^31 accesses.
 */
final class TraceBuilder {
    private static final int MIN_CAPACITY = 1 << 10;
    private static final int MAX_KEYS = 1 << 28;
    private static final int MAX_ACCESSES = Integer.MAX_VALUE - 16;

    private long[] keys = new long[MIN_CAPACITY];
    /** Number of the key in the same slot of {@link #keys}, plus one; 0 where there is none. */
    private int[] numbers = new int[MIN_CAPACITY];

    private int[] pages = new int[MIN_CAPACITY];
    private int accesses;
    private int distinct;

    /** Adds an access. */
    void add(long key) {
        if (accesses == pages.length) {
            pages = Arrays.copyOf(pages, (int) Math.min(2L * accesses, MAX_ACCESSES));
        }
        pages[accesses++] = number(key);
    }

    /** Whether another access fits. */
    boolean isFull() {
        return accesses == MAX_ACCESSES || distinct == MAX_KEYS;
    }

    int accesses() {
        return accesses;
    }

    int distinctPages() {
        return distinct;
    }

    int[] pages() {
        return Arrays.copyOf(pages, accesses);
    }

    private int number(long key) {
        int slot = slotOf(key);
        if (numbers[slot] != 0) {
            return numbers[slot] - 1;
        }
        if (2 * (distinct + 1) > keys.length) {
            grow();
            slot = slotOf(key);
        }
        keys[slot] = key;
        numbers[slot] = ++distinct;
        return distinct - 1;
    }

    private int slotOf(long key) {
        int mask = keys.length - 1;
        int slot = (int) (mix(key) & mask);
        while (numbers[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldNumbers = numbers;
        keys = new long[2 * oldKeys.length];
        numbers = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldNumbers[i] != 0) {
                int slot = slotOf(oldKeys[i]);
                keys[slot] = oldKeys[i];
                numbers[slot] = oldNumbers[i];
            }
        }
    }

    /** The finalizer of SplittableRandom (Steele, Lea, Flood, OOPSLA'14): every bit of the key moves every bit of the slot. */
    private static long mix(long key) {
        long z = (key ^ (key >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
