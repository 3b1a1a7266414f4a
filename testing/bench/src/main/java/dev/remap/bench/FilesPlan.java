// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/**
 * How much to measure.
 *
 * @param sizeBytes of the file that is read
 * @param dramBytes what each side may keep of it in memory
 * @param warmUpAccesses before each measurement: as many on each side, so that both have seen as much of what is worth keeping
 * @param warmUpLimitMs for a side that does not get so far in reasonable time
 * @param pace bytes a second of what runs beside the readers
 */
record FilesPlan(
        long sizeBytes, long dramBytes, int rounds, long warmUpAccesses, int warmUpLimitMs, int measureMs, long pace) {
    /** Threads that read before the measurement, so that what is worth keeping has been read. */
    static final int WARM_UP_THREADS = 8;

    /** How long scattered reads are made before they are measured: there is nothing to fill. */
    static final int BATCH_WARM_UP_MS = 1000;

    /** How often is looked whether the warm-up has made its accesses. */
    static final int WARM_UP_STEP_MS = 5;

    /** How long the measured threads run before they are measured. */
    static final int SETTLE_MS = 300;
}
