// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.List;

/**
 * A device at one moment.
 *
 * @param name its name
 * @param driver its driver's
 * @param options what the driver was told
 * @param state {@code bound}, {@code unbinding}, or {@code given up} if one of its hooks did not return
 * @param pages page frames that it has registered
 * @param pagesInUse those that pages of regions are in
 * @param holders who else uses it, one line each: pages by region, mirrors, devices that depend on it
 */
public record DeviceInfo(
        String name, String driver, String options, String state, long pages, long pagesInUse, List<String> holders) {
    /** Copies the list. */
    public DeviceInfo {
        holders = List.copyOf(holders);
    }
}
