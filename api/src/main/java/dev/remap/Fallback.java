// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** What {@link Remap#open} does on a host that gives no userfaultfd. */
public enum Fallback {
    /** It throws, and says what would help. */
    FAIL,
    /**
     * The same API over plain mappings of files: the kernel decides what stays in memory, the DRAM budget is not kept, and there are no
     * tiers. {@link Support#fallback} says whether that is possible, {@link RemapStats#mode()} whether it is so, and one warning in the log
     * why. What else is weaker:
     *
     * <ul>
     *   <li>A region is a file without a name in {@link RemapConfig#spillDirectory}. Its pages take their place on disk when they are
     *       first written: on a full disk that touch is an {@link InternalError}. With {@link RemapConfig#spillMaxBytes} the sizes of
     *       all regions together must not exceed it.
     *   <li>{@link FailurePolicy}, tiers, replacement policies and direct I/O do not apply. A touch that cannot be served, as of a page
     *       that a file has lost, is an {@code InternalError}; {@link Remap#check} does not know of it. Commands throw.
     *   <li>A file shows what others write to it at once; {@link Region#verify} and {@link FileRegion#isStale} tell that they have.
     *   <li>Each region, each open file and each segment of {@link Remap#map} is one of the process's mappings. They may be seven
     *       eighths of {@code vm.max_map_count}, 57,339 where that is 65,530; more are refused with {@code QUOTA}. Each region and open
     *       file has a descriptor. Advice and pins on parts of a region split its mapping, which is not counted.
     *   <li>A pinned range stays in memory only where {@code ulimit -l} lets it be locked. Half of what the DRAM budget would be may be
     *       pinned.
     *   <li>A {@link Region#load} ends in {@code DEADLINE} between two megabytes only: one that the disk keeps waiting is waited for.
     * </ul>
     */
    MMAP
}
