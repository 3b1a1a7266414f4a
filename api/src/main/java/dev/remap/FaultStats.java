// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/**
 * Faults of one kind. Times are the manager's: from the moment the fault was read to the moment its thread was woken. What the
 * kernel adds on both sides, a few microseconds and more where a CPU has to be woken, is not in them.
 *
 * @param count faults served
 * @param p50Ns median service time in nanoseconds, to about 6 %; 0 if there was none
 * @param p99Ns 99th percentile
 * @param maxNs longest
 */
public record FaultStats(long count, long p50Ns, long p99Ns, long maxNs) {}
