// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.util.Locale;

/** What a child does, in this order. */
enum Phase {
    /** Fills memory; not reported. */
    WARM_UP("warm", 7),
    /** Lookups and nothing else. */
    ALONE("alone", 8),
    /** Lookups, and a scan of everything beside them. */
    BESIDE_SCAN("scan", 9);

    private final String label;
    private final long seed;

    Phase(String label, long seed) {
        this.label = label;
        this.seed = seed;
    }

    /** At most five letters. */
    String label() {
        return label;
    }

    /** Of the keys looked up: no phase repeats another. */
    long seed() {
        return seed;
    }

    boolean scans() {
        return this == BESIDE_SCAN;
    }

    /** As in JSON. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
