// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.List;

/** What {@code remap bench tier} can measure, in the order in which it does: those that change pages come last. */
enum TierRow {
    UNIFORM("uniform", AccessPattern.UNIFORM, 0),
    ZIPF("Zipf 0.99", AccessPattern.ZIPF, 0),
    ZIPF_SCAN("Zipf 0.99, three of ten accesses a scan", AccessPattern.ZIPF_SCAN, 0),
    MOVING("moving hot set", AccessPattern.MOVING, 0),
    SEQUENTIAL("one page after the other", AccessPattern.SEQUENTIAL, 0),
    STRIDED("every 16th page", AccessPattern.STRIDED, 0),
    CHASE("pointer chase", AccessPattern.CHASE, 0),
    WRITES("uniform, 50 % stores", AccessPattern.UNIFORM, 50),
    UPDATES("uniform, read and changed (GUPS)", AccessPattern.UNIFORM, 100);

    private final String words;
    private final AccessPattern pattern;
    private final int writePercent;

    TierRow(String words, AccessPattern pattern, int writePercent) {
        this.words = words;
        this.pattern = pattern;
        this.writePercent = writePercent;
    }

    String words() {
        return words;
    }

    AccessPattern pattern() {
        return pattern;
    }

    /** Of a hundred accesses. */
    int writePercent() {
        return writePercent;
    }

    /** The ways of accessing a region that make sense for it. */
    List<RegionWorker.Way> ways() {
        if (writePercent > 0) {
            return List.of(RegionWorker.Way.TOUCH);
        }
        return this == CHASE
                ? List.of(RegionWorker.Way.TOUCH, RegionWorker.Way.LOAD_BATCH, RegionWorker.Way.PREFETCH_BATCH)
                : List.of(
                        RegionWorker.Way.TOUCH,
                        RegionWorker.Way.READ,
                        RegionWorker.Way.READ_BATCH,
                        RegionWorker.Way.LOAD_BATCH);
    }

    /** Whether what is changed is read as well. */
    boolean readsWhatItWrites() {
        return this == UPDATES;
    }
}
