// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * The device's page table for one region: by page, the frame and how the device may use it. Sparse, in leaves of 512 entries. Guarded by
 * the device's lock.
 *
 * <pre>
 *      63       62        61      60     40 39                0
 * +---------+-------+-----------+----------+-------------------+
 * | present | write | exclusive |    0     |       frame       |
 * +---------+-------+-----------+----------+-------------------+
 * </pre>
 */
final class MirrorTable {
    /** Besides: may be written. */
    static final long WRITE = 1L << 62;

    /** Besides: this device alone has it. */
    static final long EXCLUSIVE = 1L << 61;

    private static final long PRESENT = 1L << 63;
    private static final long PFN_MASK = (1L << 40) - 1;
    private static final int LEAF_SHIFT = 9;
    private static final int LEAF = 1 << LEAF_SHIFT;

    private final Map<Long, long[]> leaves = new HashMap<>();
    private long mapped;

    static boolean isPresent(long entry) {
        return (entry & PRESENT) != 0;
    }

    static boolean isWritable(long entry) {
        return (entry & WRITE) != 0;
    }

    static boolean isExclusive(long entry) {
        return (entry & EXCLUSIVE) != 0;
    }

    static long pfn(long entry) {
        return entry & PFN_MASK;
    }

    /** The entry of a page; one that is not present if there is none. */
    long get(long page) {
        long[] leaf = leaves.get(page >> LEAF_SHIFT);
        return leaf == null ? 0 : leaf[(int) page & LEAF - 1];
    }

    void put(long page, long pfn, long flags) {
        long[] leaf = leaves.computeIfAbsent(page >> LEAF_SHIFT, _ -> new long[LEAF]);
        int slot = (int) page & LEAF - 1;
        mapped += isPresent(leaf[slot]) ? 0 : 1;
        leaf[slot] = PRESENT | flags | pfn;
    }

    /** Forgets entries. */
    void clear(long first, long pages) {
        long end = first + pages;
        leaves.entrySet().removeIf(leaf -> {
            long base = leaf.getKey() << LEAF_SHIFT;
            int from = Math.clamp(first - base, 0, LEAF);
            int to = Math.clamp(end - base, 0, LEAF);
            for (int slot = from; slot < to; slot++) {
                mapped -= isPresent(leaf.getValue()[slot]) ? 1 : 0;
            }
            Arrays.fill(leaf.getValue(), from, to, 0);
            return to - from == LEAF;
        });
    }

    /** Whether an entry of these that is present is like that. */
    boolean any(long first, long pages, LongPredicate like) {
        for (long page = first; page < first + pages; page++) {
            long entry = get(page);
            if (isPresent(entry) && like.test(entry)) {
                return true;
            }
        }
        return false;
    }

    long mapped() {
        return mapped;
    }
}
