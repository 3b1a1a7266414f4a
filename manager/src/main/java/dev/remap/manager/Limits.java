// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.wire.CountersLayout;
import dev.remap.wire.KeeperMessage;

/**
 * What one application may have, so that it cannot use up what others need.
 *
 * @param regions the most regions
 * @param regionBytes the most address space they may have in all, which bounds the memory that page words can take
 * @param files the most open files
 */
record Limits(int regions, long regionBytes, int files) {
    /** Of a manager that has one application and ends with it: what there is room for. */
    static final Limits NONE = new Limits(CountersLayout.MAX_REGIONS, Long.MAX_VALUE, Integer.MAX_VALUE);

    /** Those that a broker sets. */
    static Limits of(KeeperMessage.Serve terms) {
        return new Limits(
                Math.min(terms.maxRegions(), CountersLayout.MAX_REGIONS), terms.maxRegionBytes(), terms.maxFiles());
    }
}
