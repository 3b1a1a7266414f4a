// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/**
 * What a driver's memory is. Tiers order themselves by these facts; no fact is a policy.
 *
 * @param fetchLatencyNs the typical time to fetch one page, in nanoseconds
 * @param bandwidthBytesPerSecond the typical bandwidth of large transfers
 * @param usesDram whether what is stored occupies this machine's DRAM, and is then charged to the DRAM budget
 * @param durable whether what is stored survives a power failure
 * @param survivesManager whether what is stored is still there when the manager process has died, so
 *     that another manager can {@linkplain Tier#adopt adopt} it
 */
public record TierFacts(
        long fetchLatencyNs,
        long bandwidthBytesPerSecond,
        boolean usesDram,
        boolean durable,
        boolean survivesManager) {}
