// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What each 64 bytes of a region may hold: what was written last and acknowledged, or, after a write whose end is not known, any of what
 * it may have left, each 8 bytes by themselves. A cell has one owner, who alone writes and checks it; every eighth page is of one owner.
 */
final class CellModel {
    static final int CELL = 64;
    static final int LONGS = CELL / Long.BYTES;
    static final int CELLS_A_PAGE = TortureConfig.PAGE / CELL;
    /** What a region holds before anything was written: zeros, or what was put into its file. */
    static final int FIRST = 0;

    static final int ZEROS = -1;
    private static final int WHOLE = 8;

    private final int threads;
    private final long pages;
    private final boolean file;
    private final int[] versions;
    private final int[] last;
    /** By owner: the versions that a cell may have. */
    private final Map<Integer, Map<Integer, int[]>> open = new HashMap<>();

    CellModel(int threads, long pages, boolean file) {
        this.threads = threads;
        this.pages = pages;
        this.file = file;
        versions = new int[Math.toIntExact(pages * CELLS_A_PAGE)];
        last = new int[versions.length];
        for (int thread = 0; thread < threads; thread++) {
            open.put(thread, new HashMap<>());
        }
    }

    long pages() {
        return pages;
    }

    int cells() {
        return versions.length;
    }

    int owner(int cell) {
        int page = cell / CELLS_A_PAGE;
        return isWhole(page) ? page / WHOLE % threads : cell % threads;
    }

    /** Whether a page has one owner. */
    static boolean isWhole(long page) {
        return page % WHOLE == 0;
    }

    /** The 8 longs of a version of a cell. */
    void content(int cell, int version, long[] target) {
        for (int i = 0; i < LONGS; i++) {
            target[i] = value(cell, version, i);
        }
    }

    private long value(int cell, int version, int i) {
        if (version == ZEROS || (version == FIRST && !file)) {
            return 0;
        }
        return switch (version & 3) {
            case 0 -> (long) cell << 32 | version;
            case 1 -> StripeMap.mix(((long) cell << 32 | version) + i);
            case 2 -> version;
            default -> 0x2020202020202020L + (long) cell * version % 13 * (i + 1);
        };
    }

    /** A version that the cell has not had. */
    int next(int cell) {
        return ++last[cell];
    }

    /** A write of this version has begun. */
    void begin(int cell, int version) {
        int[] before = candidates(cell);
        int[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = version;
        open(cell).put(cell, after);
    }

    /** The cell holds this version and no other. */
    void certain(int cell, int version) {
        versions[cell] = version;
        open(cell).remove(cell);
    }

    /** Whether the cell may hold this; if it is one version as a whole, that is what it holds from now on. */
    boolean accepts(int cell, long[] got) {
        int[] candidates = candidates(cell);
        for (int version : candidates) {
            if (isAll(cell, version, got)) {
                certain(cell, version);
                return true;
            }
        }
        return candidates.length > 1 && isMixture(cell, candidates, got);
    }

    private boolean isAll(int cell, int version, long[] got) {
        for (int i = 0; i < LONGS; i++) {
            if (got[i] != value(cell, version, i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isMixture(int cell, int[] candidates, long[] got) {
        for (int i = 0; i < LONGS; i++) {
            int at = i;
            if (Arrays.stream(candidates).noneMatch(version -> got[at] == value(cell, version, at))) {
                return false;
            }
        }
        return true;
    }

    String describe(int cell, long[] got) {
        StringBuilder text = new StringBuilder("cell " + cell + " of page " + cell / CELLS_A_PAGE + " has");
        for (long one : got) {
            text.append(String.format(" %#x", one));
        }
        for (int version : candidates(cell)) {
            text.append("; version ").append(version).append(" is");
            for (int i = 0; i < LONGS; i++) {
                text.append(String.format(" %#x", value(cell, version, i)));
            }
        }
        return text.toString();
    }

    /** How many cells may hold several things. */
    long uncertain() {
        return open.values().stream().mapToLong(Map::size).sum();
    }

    private int[] candidates(int cell) {
        int[] several = open(cell).get(cell);
        return several == null ? new int[] {versions[cell]} : several;
    }

    private Map<Integer, int[]> open(int cell) {
        return open.getOrDefault(owner(cell), Map.of());
    }
}
