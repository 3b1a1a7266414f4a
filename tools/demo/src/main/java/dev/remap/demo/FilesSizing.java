// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

/**
 * How much of what a run uses.
 *
 * @param dataBytes keys and records together
 * @param lookups a phase
 * @param dramBytes Remap's budget
 */
record FilesSizing(long dataBytes, int lookups, long dramBytes) {
    /** For the JVMs, beside the budget: the program's and Remap's manager. */
    static final long JVM_BYTES = 176L << 20;

    static final long LEAST_DATA_BYTES = 16L << 20;
    static final long MOST_DATA_BYTES = 64L << 30;

    private static final long DATA_TO_DRAM = 5;
    private static final long LEAST_DRAM_BYTES = 16L << 20;
    private static final long SLACK_BYTES = 64L << 20;

    /** With a budget, or a fifth of the data if that is 0. */
    static FilesSizing of(long dataBytes, int lookups, long dramBytes) {
        long byDefault = Math.max(LEAST_DRAM_BYTES, dataBytes / DATA_TO_DRAM);
        long bytes = dramBytes > 0 ? dramBytes : byDefault;
        return new FilesSizing(dataBytes, lookups, bytes / Sizing.PAGE_BYTES * Sizing.PAGE_BYTES);
    }

    /** What every way may use in all: page cache, heaps, regions. */
    long memoryBytes() {
        return dramBytes + JVM_BYTES;
    }

    /** The disk it takes to build the data. */
    long diskBytes() {
        return dataBytes + SLACK_BYTES;
    }
}
