// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.BitSet;

/** Some whole pages that are cut into slots of one size. Guarded by its allocator's lock. */
final class Slab {
    final long firstPage;
    final int sizeClass;
    private final BitSet taken;
    private int used;

    Slab(long firstPage, int sizeClass) {
        this.firstPage = firstPage;
        this.sizeClass = sizeClass;
        taken = new BitSet(SlabSizes.slots(sizeClass));
    }

    boolean isFull() {
        return used == SlabSizes.slots(sizeClass);
    }

    boolean isEmpty() {
        return used == 0;
    }

    /** Takes the lowest free slot; answers its offset among all pages. There must be one. */
    long take() {
        int slot = taken.nextClearBit(0);
        taken.set(slot);
        used++;
        return firstPage * SlabSizes.PAGE + (long) slot * SlabSizes.size(sizeClass);
    }

    /** Frees the slot that starts at an offset; false if none does, or it is free. */
    boolean free(long offset) {
        long within = offset - firstPage * SlabSizes.PAGE;
        int slot = (int) (within / SlabSizes.size(sizeClass));
        if (within % SlabSizes.size(sizeClass) != 0 || !taken.get(slot)) {
            return false;
        }
        taken.clear(slot);
        used--;
        return true;
    }
}
