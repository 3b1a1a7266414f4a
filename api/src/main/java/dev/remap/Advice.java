// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** What the program expects to do with a range, as {@code madvise(2)}. A hint: it changes speed, never results. */
public enum Advice {
    /** No expectation: read-ahead follows the pattern that is seen. */
    NORMAL,
    /** Reads in rising order: read-ahead starts at the first fault and uses its largest window. */
    SEQUENTIAL,
    /** No order: nothing is read ahead. */
    RANDOM,
    /** Not needed soon: what is resident goes to the inactive list, and leaves DRAM before what is not on it. */
    COLD,
    /**
     * Read in rising order, once: as {@code SEQUENTIAL}, but what has been brought in is the first to leave, before anything else, and
     * leaves no trace in the replacement policy. For merges, backups and scans beside other readers.
     */
    DROP_BEHIND,
    /**
     * Not worth memory: meant to be read with {@link Region#read(long, java.lang.foreign.MemorySegment)}; pages that are touched all the
     * same leave at once.
     */
    BYPASS
}
