// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.util.List;

/**
 * A device at one moment.
 *
 * @param state for people
 * @param pages page frames that it has registered
 * @param pagesInUse those that pages of regions are in
 * @param holders who uses it, for people; the first {@link Protocol#MAX_HOLDERS}
 */
public record DeviceEntry(
        String name, String driver, String options, String state, long pages, long pagesInUse, List<String> holders) {
    /** Cuts what is for people, so that an entry always fits a message. */
    public DeviceEntry {
        holders =
                holders.stream().limit(Protocol.MAX_HOLDERS).map(WireText::cut).toList();
    }
}
