// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.time.Instant;

/**
 * A page that could not be served.
 *
 * @param region the region's name
 * @param offset the page's offset in the region, in bytes
 * @param length bytes that failed together
 * @param tier where the page was, for instance {@code zram}; {@code none} if it had no copy below DRAM
 * @param category what went wrong
 * @param detail one line for a person
 * @param since when
 */
public record PageFailure(
        String region,
        long offset,
        long length,
        String tier,
        RemapException.Category category,
        String detail,
        Instant since) {
    /** The same page as another region sees it. */
    PageFailure at(String otherRegion, long otherOffset) {
        return new PageFailure(otherRegion, otherOffset, length, tier, category, detail, since);
    }
}
