// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.driver.Tier;

/** Frames of devices that pages of regions are in: what a word with {@code TIER_DEVICE} names. Thread-safe. */
public interface DeviceFrames {
    /** There are no devices. */
    DeviceFrames NONE = new NoDevices();

    /** What fetches pages of a region from devices, for one more thread; locations are page-frame numbers. */
    Tier.Fetcher newFetcher(PagedRegion region);

    /** No word names the frame any more. */
    void free(long pfn);

    /** A region is being closed, which nobody uses any more: no page of it is in a frame from now on. */
    void close(PagedRegion region);

    /** At a takeover: whether a frame still has the page that a word says is there. */
    boolean adopt(PagedRegion region, long page, long pfn);

    /** At a takeover, of a frame that was lost: the copy below that it had, as tier above 40 bits of location; 0 if none. */
    long shadow(long pfn);

    /** The device that has a frame, for people. */
    String name(long pfn);
}
