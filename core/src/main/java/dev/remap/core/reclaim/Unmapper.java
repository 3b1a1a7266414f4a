// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.page.PagedRegion;

/**
 * How pages are taken out of the application's page tables while they stay in the memfd, so that their next touch is seen. Only a
 * means to learn about touches: a page that stays mapped is not seen, and nothing else happens. Confined to the reclaim agent.
 */
public interface Unmapper {
    /** Adds a page to the batch. */
    void add(PagedRegion region, long page);

    /** Unmaps the batch. */
    void flush();
}
