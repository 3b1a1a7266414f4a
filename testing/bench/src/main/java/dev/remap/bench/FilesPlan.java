// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/**
 * How much to measure.
 *
 * @param sizeBytes of the file that is read
 * @param dramBytes what each side may keep of it in memory
 * @param pace bytes a second of what runs beside the readers
 */
record FilesPlan(long sizeBytes, long dramBytes, int rounds, int warmUpMs, int measureMs, long pace) {
    /** Threads that read before the measurement, so that what is worth keeping has been read. */
    static final int WARM_UP_THREADS = 8;

    /** How long scattered reads are made before they are measured: there is nothing to fill. */
    static final int BATCH_WARM_UP_MS = 1000;

    /** How long the measured threads run before they are measured. */
    static final int SETTLE_MS = 300;
}
