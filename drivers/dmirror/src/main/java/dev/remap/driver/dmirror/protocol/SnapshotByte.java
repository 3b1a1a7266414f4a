// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror.protocol;

/**
 * What a snapshot says of one page: how a device may use it, and whose memory it is in, or'ed. The codes are those of Linux's test device.
 */
public final class SnapshotByte {
    /** Nothing a device could use without a fault. */
    public static final int NONE = 0;

    /** May be read. */
    public static final int READ = 1;

    /** May be read and written. */
    public static final int WRITE = 2;

    /** One of 512 frames or more that belong together. */
    public static final int PMD = 4;

    /** In PRIVATE memory of the device that is asked. */
    public static final int PRIVATE_LOCAL = 0x20;

    /** In PRIVATE memory of another device of the same owner. */
    public static final int PRIVATE_REMOTE = 0x30;

    /** In COHERENT memory of the device that is asked. */
    public static final int COHERENT_LOCAL = 0x40;

    /** In COHERENT memory of another device. */
    public static final int COHERENT_REMOTE = 0x50;

    /** No device may have it. */
    public static final int ERROR = 0xFF;

    private SnapshotByte() {}
}
