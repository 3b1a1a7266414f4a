// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

/** What kind of memory a pagemap describes; Linux's {@code enum memory_type}. */
public enum PagemapType {
    /** Memory that the CPU cannot touch: a touch migrates the page back. Needs an owner and the hooks migrateToRam and pageFree. */
    PRIVATE,
    /**
     * Memory that CPU and device use in place: a touch migrates nothing. Frames of it are frames of the region's memory that are the
     * device's for as long as a page is in them: not in the DRAM budget, never reclaimed. Needs an owner and the hook pageFree.
     */
    COHERENT,
    /** Not supported yet. */
    FS_DAX,
    /** Not supported yet. */
    GENERIC,
    /** Not supported yet. */
    PCI_P2PDMA
}
