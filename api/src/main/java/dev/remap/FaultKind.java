// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** What a page fault found, and so what it cost. */
public enum FaultKind {
    /** The page had never been written: zero-filled. */
    ZERO_FILL,
    /** The page held one repeated value, which is kept in the page's word: filled. */
    SAME_FILLED,
    /** The page was in a lower tier: fetched. */
    FETCH,
    /** The page was in DRAM but not mapped (inactive, or being migrated): mapped. */
    MINOR,
    /** The page was mapped read-only, to tell clean pages from dirty ones: made writable. */
    WRITE_PROTECT
}
