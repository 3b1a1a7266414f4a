// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** A region as its manager names it: a whole one of the manager's, or a file's part of one. */
interface Addressed {
    /** The manager's number of the region. */
    int regionId();

    /** Where a range is in it; throws as every call with a range does. */
    long regionOffset(long offset, long length);

    /** Whose it is. */
    ManagedRemap remap();
}
