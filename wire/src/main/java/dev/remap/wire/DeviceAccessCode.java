// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** What devices may do to pages, as numbers that are only ever appended to. */
public final class DeviceAccessCode {
    /** Read and write: what a page begins with. */
    public static final int READ_WRITE = 0;

    /** Read. */
    public static final int READ = 1;

    /** Nothing. */
    public static final int NONE = 2;

    private DeviceAccessCode() {}
}
