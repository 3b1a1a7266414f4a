// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/**
 * What a tier holds.
 *
 * @param pages pages stored
 * @param storedBytes bytes they take as stored, after compression and without slot overhead
 * @param occupiedBytes bytes of memory occupied, everything counted
 * @param refused stores refused so far, for lack of room or of compressibility
 * @param moved slots moved by compaction so far
 */
public record TierUsage(long pages, long storedBytes, long occupiedBytes, long refused, long moved) {}
