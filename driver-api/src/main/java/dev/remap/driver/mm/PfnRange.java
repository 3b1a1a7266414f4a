// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

/**
 * Page-frame numbers that follow each other. One space of 2^40 frames of 4096 bytes has the DRAM of all regions and the memory of all
 * devices of a manager; {@code remap devices} prints it.
 *
 * @param first the first frame; {@link #ANYWHERE} has the core choose
 * @param pages how many, a multiple of {@link #ALIGNMENT}
 */
public record PfnRange(long first, long pages) {
    /** Ranges begin and end at multiples of so many frames: 2 MiB. */
    public static final long ALIGNMENT = 512;

    /** The core is to choose where. */
    public static final long ANYWHERE = -1;

    /** A range of so many frames, wherever there is room. */
    public static PfnRange anywhere(long pages) {
        return new PfnRange(ANYWHERE, pages);
    }

    /** The frame after the last one. */
    public long end() {
        return first + pages;
    }

    /** Whether it has a frame. */
    public boolean contains(long pfn) {
        return pfn >= first && pfn < end();
    }
}
