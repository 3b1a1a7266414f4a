// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

/**
 * Bytes of page frames: those of regions' DRAM, of COHERENT pages, and of pages to which this device has exclusive access. Frames of
 * PRIVATE memory are their driver's own, and are refused.
 *
 * <p>What keeps a frame where it is, is the protocol of {@link IntervalNotifier}: read or write under the driver's lock, after
 * {@code readRetry} has answered false, and only what the last {@link RangeFault} has said may be read or written.
 *
 * <p>Thread-safe; never blocks; allocates nothing. Answers 0, or -errno: {@code EFAULT} if nothing is in the frame, {@code EIO} if this
 * device is no longer bound, or has been given up since one of its hooks did not return.
 */
public interface Frames {
    /** Copies from a frame to an address of this process. */
    long read(long pfn, long offset, long length, long targetAddress);

    /** Copies from an address of this process to a frame. */
    long write(long pfn, long offset, long length, long sourceAddress);
}
