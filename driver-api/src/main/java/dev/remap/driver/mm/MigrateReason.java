// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

/** What became of a page that was to be migrated. Linux says only how many were; here each page left behind has its reason. */
public enum MigrateReason {
    /** It has been migrated. */
    MIGRATED,
    /** Not decided yet. */
    PENDING,
    /** It is in memory of a kind that was not selected. */
    NOT_SELECTED,
    /** It is in a device's memory of another owner. */
    FOREIGN_OWNER,
    /** A pin covers it. */
    PINNED,
    /** It has failed; a repair comes first. */
    FAILED_PAGE,
    /** Somebody else is moving it at the moment. */
    BUSY,
    /** A touch, or another device, came first. */
    TOUCHED,
    /** It belongs to a file, and its changes go there. */
    FILE_BACKED,
    /** Another device has exclusive access. */
    EXCLUSIVE,
    /** Devices may not do that to it: {@code Region.protect}. */
    PROTECTED,
    /** The driver chose no destination. */
    SKIPPED,
    /** The destination is not a free frame of a live pagemap. */
    BAD_DESTINATION,
    /** Its bytes could not be had. */
    READ_ERROR,
    /** There is no memory for it. */
    NO_MEMORY,
    /** Its region is being closed. */
    CLOSING,
    /** Time was up first. */
    DEADLINE
}
