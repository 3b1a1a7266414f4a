// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** What devices may do to pages of a region. The program itself may always do everything. */
public enum DeviceAccess {
    /** Nothing: they see no page there. */
    NONE,
    /** Read. */
    READ,
    /** Read and write; what a region begins with. */
    READ_WRITE
}
