// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.time.Duration;
import java.time.Instant;

/**
 * A plain touch that waited for more than a millisecond.
 *
 * @param number counts from 1 for each manager
 * @param at when it was served
 * @param stall how long it waited: from the moment the manager read the fault to the moment the thread was woken
 * @param region the region's or file's name; empty if it has been closed since
 * @param offset of the page in the region, in bytes
 * @param cause the kind of fault, or {@code waited for memory} if the DRAM budget was used up
 * @param tier where the page's copy below DRAM was; {@code none} if nowhere
 * @param thread the name of the thread that touched, at most 15 characters; empty if it has ended or is not known
 */
public record SlowTouch(
        long number,
        Instant at,
        Duration stall,
        String region,
        long offset,
        String cause,
        String tier,
        String thread) {}
