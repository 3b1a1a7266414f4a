// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** What a user may do with a region that is {@linkplain RegionSpec#sharedWith shared}. */
public enum Access {
    /**
     * Its processes read it, and see what is stored in it as it is stored. They can store nothing: their segment is read-only, and the
     * kernel gives them no way to the memory behind it.
     */
    READ_ONLY,

    /** Its processes read and write it, as threads of one process would. */
    READ_WRITE
}
