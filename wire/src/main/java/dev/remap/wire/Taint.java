// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** What a driver, once loaded, has made of a manager, for as long as that runs: who looks into a failure wants to know. Append-only. */
public enum Taint {
    /** A driver whose licence is not known to be compatible with GPL-2.0. */
    PROPRIETARY('P', 0),
    /** A driver was loaded although a check was against it, or the manager runs without the gate. */
    FORCED('F', 1),
    /** A driver that is not of Remap's repository. */
    OUT_OF_TREE('O', 2),
    /** A driver without a signature that the trust store vouches for. */
    UNSIGNED('E', 3),
    /** A driver that is for tests. */
    TEST('N', 4),
    /** A driver that may use native code: it can reach all of the manager's memory, and no check of the loader holds it. */
    NATIVE('X', 5);

    private final char letter;
    private final int number;

    Taint(char letter, int number) {
        this.letter = letter;
        this.number = number;
    }

    /** The letter it is shown by; P, F, O, E and N are Linux's. */
    public char letter() {
        return letter;
    }

    /** Its bit in {@link CountersLayout#TAINTS}. */
    public long bit() {
        return 1L << number;
    }

    /** The letters of a mask; empty if it is zero. */
    public static String letters(long mask) {
        StringBuilder letters = new StringBuilder();
        for (Taint taint : values()) {
            if ((mask & taint.bit()) != 0) {
                letters.append(taint.letter);
            }
        }
        return letters.toString();
    }
}
