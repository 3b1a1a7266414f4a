// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.util.SplittableRandom;

/**
 * Which orders are looked up: Zipf-distributed with exponent 0.99, as in YCSB, the frequent ones scattered over the whole file. The same
 * for the same seed. Not thread-safe.
 */
final class KeyPicker {
    private static final double EXPONENT = 0.99;

    /** A prime: a step that reaches every place once, unless their number is a multiple of it. */
    private static final long STEP = 2_147_483_647L;

    private final Zipf zipf;
    private final long entries;

    KeyPicker(long entries, long seed) {
        if (entries % STEP == 0) {
            throw new IllegalArgumentException(entries + " entries");
        }
        this.entries = entries;
        zipf = new Zipf(entries, EXPONENT, new SplittableRandom(seed));
    }

    /** The place of the next order to look up, from 0. */
    long next() {
        return zipf.next() * STEP % entries;
    }
}
