// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

/**
 * Entries of a batch in the order of a key: page or location. Sorts in place, since {@link java.util.Arrays#sort(long[])} may allocate.
 * Confined to one thread.
 */
final class SortedEntries {
    /** The most entries. */
    static final int CAPACITY = 1024;

    private static final int INDEX_BITS = 10;
    private static final long INDEX_MASK = CAPACITY - 1;

    private final long[] keys = new long[CAPACITY];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** Adds entry {@code index}, from 0 to 1023, at a key from 0 to 2^53 - 1. */
    void add(long key, int index) {
        keys[size++] = key << INDEX_BITS | index;
    }

    long key(int position) {
        return keys[position] >>> INDEX_BITS;
    }

    int index(int position) {
        return (int) (keys[position] & INDEX_MASK);
    }

    void sort() {
        if (isSorted()) {
            return;
        }
        for (int root = size / 2 - 1; root >= 0; root--) {
            sift(root, size);
        }
        for (int last = size - 1; last > 0; last--) {
            long greatest = keys[0];
            keys[0] = keys[last];
            keys[last] = greatest;
            sift(0, last);
        }
    }

    private boolean isSorted() {
        for (int i = 1; i < size; i++) {
            if (keys[i - 1] > keys[i]) {
                return false;
            }
        }
        return true;
    }

    private void sift(int from, int end) {
        long moving = keys[from];
        int root = from;
        for (int child = 2 * root + 1; child < end; child = 2 * root + 1) {
            if (child + 1 < end && keys[child + 1] > keys[child]) {
                child++;
            }
            if (keys[child] <= moving) {
                break;
            }
            keys[root] = keys[child];
            root = child;
        }
        keys[root] = moving;
    }
}
