// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/**
 * The sizes of slots in slabs: multiples of 16 bytes up to 128, then four to each power of two, so that a slot is less than a quarter
 * larger than what is asked for beyond 64 bytes. A slab has so many pages that at most a sixteenth of it is left over.
 */
final class SlabSizes {
    static final long PAGE = 4096;

    /** Larger than any slot: whole pages are taken. */
    static final int NO_CLASS = -1;

    private static final int QUANTUM = 16;
    private static final int LINEAR_LIMIT = 128;
    private static final int LARGEST = 16_384;
    private static final int STEPS = 4;
    private static final int MAX_SLAB_PAGES = 16;
    private static final int LEFT_OVER_SHARE = 16;

    private static final int[] SIZES = sizes();
    private static final int[] SLAB_PAGES = slabPages();

    private SlabSizes() {}

    /** Number of classes. */
    static int count() {
        return SIZES.length;
    }

    /** Bytes of a slot. */
    static int size(int sizeClass) {
        return SIZES[sizeClass];
    }

    /** Pages of a slab. */
    static int pages(int sizeClass) {
        return SLAB_PAGES[sizeClass];
    }

    /** Slots of a slab. */
    static int slots(int sizeClass) {
        return (int) (pages(sizeClass) * PAGE / size(sizeClass));
    }

    /** The class with the smallest slots that hold {@code bytes} and all begin at a multiple of {@code alignment}. */
    static int of(long bytes, long alignment) {
        if (bytes > LARGEST || alignment > PAGE) {
            return NO_CLASS;
        }
        for (int i = first(bytes); i < SIZES.length; i++) {
            if (SIZES[i] >= bytes && SIZES[i] % alignment == 0) {
                return i;
            }
        }
        return NO_CLASS;
    }

    /** A class at or not far below the one wanted. */
    private static int first(long bytes) {
        if (bytes <= LINEAR_LIMIT) {
            return (int) Math.max(0, (bytes - 1) / QUANTUM);
        }
        int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes / LINEAR_LIMIT);
        return LINEAR_LIMIT / QUANTUM + STEPS * doublings - 1;
    }

    private static int[] sizes() {
        int linear = LINEAR_LIMIT / QUANTUM;
        int[] sizes = new int[linear + STEPS * Integer.numberOfTrailingZeros(LARGEST / LINEAR_LIMIT)];
        for (int i = 0; i < sizes.length; i++) {
            int power = (i - linear) / STEPS;
            sizes[i] = i < linear
                    ? QUANTUM * (i + 1)
                    : ((LINEAR_LIMIT / STEPS) << power) * (STEPS + 1 + (i - linear) % STEPS);
        }
        return sizes;
    }

    private static int[] slabPages() {
        int[] pages = new int[SIZES.length];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = 1;
            while (pages[i] < MAX_SLAB_PAGES
                    && (pages[i] * PAGE < SIZES[i] || pages[i] * PAGE % SIZES[i] * LEFT_OVER_SHARE > pages[i] * PAGE)) {
                pages[i]++;
            }
        }
        return pages;
    }
}
