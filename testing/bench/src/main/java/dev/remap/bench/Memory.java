// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/** The kinds of memory whose present pages are compared. */
enum Memory {
    REMAP("Remap region"),
    SHARED("memfd, mapped shared"),
    ARENA("Arena.ofShared, 4 KiB pages"),
    ARENA_DEFAULT("Arena.ofShared, as it comes");

    private static final int COUNT = values().length;

    private final String words;

    Memory(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** Whether it is what Remap's pages are to be as fast as: the last may have huge pages. */
    boolean isYardstick() {
        return this == SHARED || this == ARENA;
    }

    /**
     * Whose turn an iteration is. In a round each has one; every second round reverses the one before, and the next begins with another
     * memory, so that after {@code 2 * values().length} rounds each has been in every place equally often.
     */
    static Memory turn(int iteration) {
        int round = iteration / COUNT;
        int place = iteration % COUNT;
        int forward = round % 2 == 0 ? place : COUNT - 1 - place;
        return values()[(forward + round / 2) % COUNT];
    }

    /** Iterations in that many rounds. */
    static int iterations(int rounds) {
        return rounds * COUNT;
    }
}
