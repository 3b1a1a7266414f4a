// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/**
 * The page word: all that is durable about a page, 8 bytes in a memfd that the manager writes and the application may read.
 *
 * <pre>
 *  63   61 60   56 55                                      16 15              0
 * +-------+-------+------------------------------------------+-----------------+
 * | state | tier  |                 location                 |   generation    |
 * +-------+-------+------------------------------------------+-----------------+
 * </pre>
 *
 * <p>Tier and location name the page's copy below DRAM. The generation counts transitions, so that a compare-and-set never takes a
 * word for one it saw before. A word of zero is a page that was never written. The transitions are in {@code dev.remap.core.page}.
 */
public final class PageWord {
    /** Not in DRAM; tier and location say where. */
    public static final int ABSENT = 0;

    /** Owned by one thread that brings the page in, maps it or frees it. In DRAM if it is in the region's memfd. */
    public static final int LOCKED = 1;

    /** In DRAM, may be written at any moment; no copy below. */
    public static final int PRESENT = 2;

    /** In DRAM and write-protected; tier and location name a valid copy below. */
    public static final int CLEAN = 3;

    /** In DRAM and write-protected, being copied below. */
    public static final int DEMOTING = 4;

    /** The copy below is valid and named here; the page is about to be punched out of the memfd. */
    public static final int PUNCHING = 5;

    /** Could not be served; tier and location name what was tried. */
    public static final int FAILED = 6;

    /** Tier: no copy, the page reads as zeros. */
    public static final int TIER_NONE = 0;

    /** Tiers that drivers serve are {@code TIER_FIRST} to {@code TIER_LAST}. */
    public static final int TIER_FIRST = 1;

    /** See {@link #TIER_FIRST}. */
    public static final int TIER_LAST = 28;

    /**
     * Tier: a device's memory; the location is a page-frame number. With {@link #ABSENT} the CPU cannot touch the page there; with
     * {@link #PRESENT} the page is in its region's memory as any other, in a frame that is the device's.
     */
    public static final int TIER_DEVICE = 29;

    /** Tier: every long of the page is the sign-extended location. */
    public static final int TIER_FILL_LONG = 30;

    /** Tier: every int of the page is the low half of the location. */
    public static final int TIER_FILL_INT = 31;

    /** Location of a page that failed since it is nowhere any more, with {@link #TIER_NONE}. */
    public static final long LOST = 1;

    private static final int GENERATION_BITS = 16;
    private static final int LOCATION_BITS = 40;
    private static final int TIER_BITS = 5;
    private static final int LOCATION_SHIFT = GENERATION_BITS;
    private static final int TIER_SHIFT = LOCATION_SHIFT + LOCATION_BITS;
    private static final int STATE_SHIFT = TIER_SHIFT + TIER_BITS;
    private static final long GENERATION_MASK = (1L << GENERATION_BITS) - 1;
    private static final long LOCATION_MASK = (1L << LOCATION_BITS) - 1;
    private static final int TIER_MASK = (1 << TIER_BITS) - 1;

    private static final String[] STATE_NAMES = {
        "ABSENT", "LOCKED", "PRESENT", "CLEAN", "DEMOTING", "PUNCHING", "FAILED", "(7)"
    };

    private PageWord() {}

    /** One of the state constants. */
    public static int state(long word) {
        return (int) (word >>> STATE_SHIFT);
    }

    /** The tier of the copy below. */
    public static int tier(long word) {
        return (int) (word >>> TIER_SHIFT) & TIER_MASK;
    }

    /** The location of the copy below, unsigned. */
    public static long location(long word) {
        return (word >>> LOCATION_SHIFT) & LOCATION_MASK;
    }

    /** The number of transitions so far, modulo 65536. */
    public static int generation(long word) {
        return (int) (word & GENERATION_MASK);
    }

    /** The word that follows {@code word} with this state, tier and location: its generation is one higher. */
    public static long next(long word, int state, int tier, long location) {
        assert location >= 0 && location <= LOCATION_MASK : location;
        return ((long) state << STATE_SHIFT)
                | ((long) tier << TIER_SHIFT)
                | (location << LOCATION_SHIFT)
                | ((word + 1) & GENERATION_MASK);
    }

    /** The word that follows {@code word} with this state and the same tier and location. */
    public static long next(long word, int state) {
        return next(word, state, tier(word), location(word));
    }

    /** Whether the page is in DRAM for sure. */
    public static boolean isResident(long word) {
        int state = state(word);
        return state == PRESENT || state == CLEAN || state == DEMOTING;
    }

    /** Whether the page is in DRAM, in a frame that is a device's for as long as it stays there. */
    public static boolean isLent(long word) {
        return state(word) == PRESENT && tier(word) == TIER_DEVICE;
    }

    /** Whether a failed page is gone: there is nothing that a repair could try again. */
    public static boolean isLost(long word) {
        return state(word) == FAILED && tier(word) == TIER_NONE && location(word) == LOST;
    }

    /** Whether the page is kept as one value in the word. */
    public static boolean isFill(int tier) {
        return tier >= TIER_FILL_LONG;
    }

    /** Whether the page's copy below is held by a driver. */
    public static boolean isStored(int tier) {
        return tier >= TIER_FIRST && tier <= TIER_LAST;
    }

    /** The tier that can hold a page whose every long is {@code value} in its word, or {@link #TIER_NONE} if none can. */
    public static int fillTier(long value) {
        if (signExtend(value) == value) {
            return TIER_FILL_LONG;
        }
        return (int) value == (int) (value >>> 32) ? TIER_FILL_INT : TIER_NONE;
    }

    /** The location that keeps {@code value} under the tier that {@link #fillTier} answered. */
    public static long fillLocation(int tier, long value) {
        return tier == TIER_FILL_LONG ? value & LOCATION_MASK : value & 0xFFFF_FFFFL;
    }

    /** The value of every long of a same-filled page. */
    public static long fillValue(long word) {
        long location = location(word);
        return tier(word) == TIER_FILL_LONG ? signExtend(location) : (location << 32) | location;
    }

    private static long signExtend(long location) {
        int unused = Long.SIZE - LOCATION_BITS;
        return (location << unused) >> unused;
    }

    /** The word for a person. */
    public static String describe(long word) {
        return STATE_NAMES[state(word)] + " tier " + tier(word) + " location " + location(word) + " generation "
                + generation(word);
    }
}
