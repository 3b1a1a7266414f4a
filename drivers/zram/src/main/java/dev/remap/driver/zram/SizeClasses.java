// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

/**
 * The slot sizes, smallest first. Each is what so many slots of one size can have in a chunk, so tails are short; neighbours are
 * 3 to 6 % apart, or 16 bytes where that is more.
 *
 * <p>The largest is 3264 bytes, a fifth of a chunk's page saved: a page that needs more is refused. Past that point the saving is eaten by
 * slot overhead while each fetch still costs the whole decompression. zsmalloc draws the line at the same size with zspages of
 * four pages, and stores larger objects as whole pages.
 */
final class SizeClasses {
    static final int MIN_SLOT_BYTES = 64;
    static final int MAX_SLOT_BYTES = 3264;
    static final int MAX_PAYLOAD_BYTES = MAX_SLOT_BYTES - ZramSlotLayout.HEADER_BYTES;
    static final int MAX_SLOTS = ChunkLayout.CHUNK_BYTES / MIN_SLOT_BYTES;
    static final int COUNT;

    private static final double SPACING = 1.03;
    private static final int[] SLOT_BYTES;
    private static final int[] SLOTS;

    /** The class by size in units of the alignment, rounded up. */
    private static final byte[] BY_SIZE = new byte[MAX_SLOT_BYTES / ZramSlotLayout.ALIGNMENT + 1];

    static {
        SLOT_BYTES = slotSizes();
        COUNT = SLOT_BYTES.length;
        SLOTS = new int[COUNT];
        int units = 0;
        for (int sizeClass = 0; sizeClass < COUNT; sizeClass++) {
            SLOTS[sizeClass] = ChunkLayout.CHUNK_BYTES / SLOT_BYTES[sizeClass];
            while (units * ZramSlotLayout.ALIGNMENT <= SLOT_BYTES[sizeClass]) {
                BY_SIZE[units++] = (byte) sizeClass;
            }
        }
        assert COUNT <= Byte.MAX_VALUE : COUNT;
    }

    private SizeClasses() {}

    /** The smallest class whose slots hold {@code bytes}, at most {@link #MAX_SLOT_BYTES}. */
    static int forSize(int bytes) {
        return BY_SIZE[(bytes + ZramSlotLayout.ALIGNMENT - 1) >>> ZramSlotLayout.ALIGNMENT_SHIFT];
    }

    static int slotBytes(int sizeClass) {
        return SLOT_BYTES[sizeClass];
    }

    /** Slots in a chunk of this class. */
    static int slots(int sizeClass) {
        return SLOTS[sizeClass];
    }

    /** The file pages that {@code used} slots take when there is no gap between them. */
    static long packedPages(int sizeClass, long used) {
        long full = used / SLOTS[sizeClass];
        long restBytes = used % SLOTS[sizeClass] * SLOT_BYTES[sizeClass];
        return full * ChunkLayout.PAGES_PER_CHUNK + (restBytes + ChunkLayout.PAGE_BYTES - 1) / ChunkLayout.PAGE_BYTES;
    }

    private static int[] slotSizes() {
        int[] descending = new int[MAX_SLOT_BYTES / ZramSlotLayout.ALIGNMENT];
        int count = 0;
        int slots = ChunkLayout.CHUNK_BYTES / MAX_SLOT_BYTES;
        int size = MAX_SLOT_BYTES;
        while (size >= MIN_SLOT_BYTES) {
            descending[count++] = size;
            int next = size;
            while (next == size) {
                slots = Math.max(slots + 1, (int) Math.ceil(slots * SPACING));
                next = ChunkLayout.CHUNK_BYTES / slots & -ZramSlotLayout.ALIGNMENT;
            }
            size = next;
        }
        int[] ascending = new int[count];
        for (int i = 0; i < count; i++) {
            ascending[i] = descending[count - 1 - i];
        }
        return ascending;
    }
}
