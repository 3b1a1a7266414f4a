// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

/**
 * A migration of pages of a region to a device, in steps that are Linux's {@code migrate_vma}: {@link #setup}; the driver chooses frames
 * and copies; {@link #migratePages}; {@link #finish}. Best effort: pages that cannot be moved stay where they are, and {@link #reason} says
 * why. A page that the CPU touches meanwhile stays, too: the touch does not wait. Nor does one of a page that has been migrated: it may be
 * back in DRAM before the driver has looked again. So the device is programmed as always, with what {@link Vma#rangeFault} says after that.
 *
 * <p>What is in PRIVATE memory already is its driver's to keep quiet: what a device writes to such a page between {@link #setup} and
 * {@link #migratePages} is lost if the page moves.
 *
 * <p>Confined to one thread, not a hook's. Can be used again after {@link #finish}.
 */
public interface MigrateVma extends AutoCloseable {
    /** The most pages of one migration. */
    int MAX_PAGES = 64;

    /** Selects pages in DRAM or in tiers, and such that were never written. */
    int SYSTEM = 1;

    /** Selects pages in PRIVATE memory of the owner. */
    int PRIVATE = 2;

    /** Selects pages in COHERENT memory of the owner. */
    int COHERENT = 4;

    /**
     * Collects pages: takes them, has all device mappings of them invalidated, and reads their bytes. Blocks for tiers.
     *
     * @param select one or more of {@link #SYSTEM}, {@link #PRIVATE}, {@link #COHERENT}
     * @return how many can be migrated
     * @throws IllegalArgumentException if the range is empty, too long, or not in the region
     */
    int setup(long first, int pages, int select);

    /** How many pages {@link #setup} was asked for. */
    int count();

    /** Whether page {@code i} can still be migrated. */
    boolean isMigrating(int i);

    /** Whether page {@code i} has been written since it was made: else it is all zeros, and there is nothing to copy. */
    boolean hasBytes(int i);

    /** Whether devices may write to page {@code i}. */
    boolean isWritable(int i);

    /** The frame that page {@code i} is in now; -1 if in none. */
    long source(int i);

    /** The address of 4096 bytes, those of page {@code i}, which do not change before {@link #finish}. */
    long sourceAddress(int i);

    /**
     * Chooses the frame of page {@code i}. From now on it is in use; {@link DevicePagemap.PageFreeHook} gives it back, also if the page
     * is not migrated in the end. For a PRIVATE frame the driver copies the bytes before {@link #migratePages}; for a COHERENT one there
     * is nothing to copy. Without a destination page {@code i} stays.
     *
     * @return false if it is not a free frame of a live pagemap of this device; the page stays, and the frame is not given back
     */
    boolean destination(int i, long pfn);

    /** The driver could not copy page {@code i}: it stays. */
    void skip(int i);

    /** Makes the copies the truth. Afterwards {@link #isMigrating} tells which pages are the device's. */
    void migratePages();

    /** Gives back what was not migrated. Answers how many pages were. */
    int finish();

    /** What became of page {@code i}. */
    MigrateReason reason(int i);

    /** Finishes what was begun. */
    @Override
    void close();
}
