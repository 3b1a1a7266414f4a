// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

/**
 * A slot of the pool: one compressed page and what is needed to know it again.
 *
 * <pre>
 *  0         4                                   12                    12 + length
 *  +---------+------------------------------------+---------------------+----------
 *  | CRC32C  | page:40 | length:12 | fold:12      | compressed bytes    | unused
 *  +---------+------------------------------------+---------------------+----------
 *            |&lt;--------------- covered by the CRC ------------------&gt;|
 * </pre>
 *
 * <p>Little-endian. The fold is a check of the owner word alone: it tells that the length can be trusted before a byte is read by it, since
 * reading past the slot could touch a page of the file that nobody has been charged for.
 */
final class ZramSlotLayout {
    static final int CRC_OFFSET = 0;
    static final int OWNER_OFFSET = CRC_OFFSET + Integer.BYTES;
    static final int HEADER_BYTES = OWNER_OFFSET + Long.BYTES;
    static final int COVERED_OFFSET = OWNER_OFFSET;

    /** Slots begin at multiples of this, and locations count it: 40 bits reach 16 TiB. */
    static final int ALIGNMENT_SHIFT = 4;

    static final int ALIGNMENT = 1 << ALIGNMENT_SHIFT;

    static final long PAGE_LIMIT = 1L << 40;

    private static final int LENGTH_SHIFT = 12;
    private static final int PAGE_SHIFT = 24;
    private static final int FIELD_MASK = 0xfff;
    private static final long FOLD_MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final int FOLD_SHIFT = 52;

    private ZramSlotLayout() {}

    static long owner(long page, int length) {
        assert page >= 0 && page < PAGE_LIMIT && length > 0 && length <= FIELD_MASK : page + " " + length;
        long fields = page << PAGE_SHIFT | (long) length << LENGTH_SHIFT;
        return fields | fold(fields);
    }

    /** Whether the fold fits the rest. A punched slot, all zeros, has no length and is not intact. */
    static boolean isIntact(long owner) {
        return (owner & FIELD_MASK) == fold(owner & ~FIELD_MASK) && length(owner) != 0;
    }

    static long page(long owner) {
        return owner >>> PAGE_SHIFT;
    }

    static int length(long owner) {
        return (int) (owner >>> LENGTH_SHIFT) & FIELD_MASK;
    }

    private static long fold(long fields) {
        return (fields * FOLD_MULTIPLIER) >>> FOLD_SHIFT;
    }
}
