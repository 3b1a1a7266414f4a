// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.driver.mm.MigrateReason;
import dev.remap.wire.ErrorCode;
import java.util.List;
import java.util.Map;

/** What the lifetime of devices needs of those who move pages. Thread-safe. */
public interface DeviceServices {
    /** Brings pages back to DRAM; answers how many there were, by what became of them. Blocks until all are moved, or time is up. */
    Map<MigrateReason, Long> evict(RegisteredPagemap pagemap, long firstPfn, long count, long timeoutNs);

    /** Fails the pages in some frames, whose bytes are lost; answers how many. */
    long fail(RegisteredPagemap pagemap, long firstPfn, long count, ErrorCode code, String why);

    /** Stores the bytes of pages below that are to have a copy there; false if one could not be stored. */
    boolean writeBack(RegisteredPagemap pagemap, long firstPfn, long count);

    /** Gives up the copy below that a page had while it was in a frame. */
    void freeShadow(long pageId, long copy);

    /** Has the reclaim agent hand back frames that no word names any more, soon. */
    void hurry();

    /** Drops the device's mirrors of regions; waits for no callback. */
    void forget(BoundDevice device);

    /** Who uses the device other than by pages in its frames, one line each. */
    List<String> holders(BoundDevice device);
}
