// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/**
 * A file as memory. The file is the bottom tier: its pages come from it when they are touched, and those that were not changed are
 * dropped, never copied elsewhere. Opened by {@link Remap#openFile}.
 *
 * <p>The file may be deleted while it is open; its bytes stay until the region and all views of it are closed, as POSIX has it. If it is
 * changed, truncated or replaced by somebody else, touches of pages that are not in DRAM fail with {@code STALE} as
 * {@link FailurePolicy} says, commands throw, and {@link #isStale} is true: never a bus error.
 */
public interface FileRegion extends Region {
    /** The file, as it was named when it was opened. */
    Path file();

    /** How it was opened. */
    MapMode mode();

    /**
     * Whether somebody else has changed the file's size or modification time since it was opened, or put another file in its place. Looks
     * at the file. Sticky, but for replacement.
     *
     * @throws RemapException {@code MANAGER_LOST}
     */
    boolean isStale() throws RemapException;

    /**
     * Ends the region; views with lifetimes of their own stay. With the last of them the file is closed. What was changed in mode
     * {@code READ_WRITE} is written to it then, which blocks; when the disk has it is the kernel's affair, as after {@code munmap}. What
     * cannot be written is lost and logged: call {@link #force} before, which throws. If this process is killed, changes are lost that
     * were neither forced nor written back to make room.
     *
     * @throws IllegalStateException if a pin is open; nothing is closed then
     */
    @Override
    void close();
}
