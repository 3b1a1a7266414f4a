// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * A device of the manager's, as an application sees it: something with memory of its own, or that works on a region's pages, and that a
 * driver makes usable. Pages that a device has taken come back when they are touched. Thread-safe.
 */
public interface Device {
    /** The most bytes that go with one command: 256 KiB. */
    int MAX_COMMAND_BYTES = 256 << 10;

    /** Its name, for instance {@code dmirror0}. */
    String name();

    /** The driver it is bound to. */
    String driver();

    /**
     * Has the device carry out a command, as {@code ioctl} does. Blocks outside Java, so it delays no safepoint. One command of a device
     * is carried out at a time.
     *
     * @param operation which; each driver has numbers of its own
     * @param argument a number that goes with it
     * @param buffer bytes that go with it, which the driver may change; at most {@link #MAX_COMMAND_BYTES}, may be empty
     * @return what the driver answers, not negative
     * @throws RemapException with what the driver says; DEADLINE if it took longer, and is perhaps still at it; NOT_FOUND if the device has
     *     been unbound. When the manager dies meanwhile the command is given to its successor, and may be carried out twice
     */
    long command(int operation, long argument, MemorySegment buffer, Duration timeout) throws RemapException;

    /**
     * The same about pages of a region.
     *
     * @param offset where they begin, a multiple of 4096
     * @param length how many bytes, a multiple of 4096
     */
    long command(
            int operation,
            long argument,
            Region region,
            long offset,
            long length,
            MemorySegment buffer,
            Duration timeout)
            throws RemapException;

    /**
     * Takes the device from its driver. Pages in its memory come back to DRAM, or go below; those that have not within {@code timeout}
     * fail, with category DEVICE_LOST. Devices that depend on it are unbound before. Blocks; a device that was unbound already is left
     * so.
     *
     * @throws RemapException DEADLINE, naming who held what, if pages were failed
     */
    void unbind(Duration timeout) throws RemapException;
}
