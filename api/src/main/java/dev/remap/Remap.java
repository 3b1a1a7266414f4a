// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Memory larger than DRAM: the entry point. One per process is enough.
 *
 * <p>{@link #open} starts a <em>manager</em>, a JVM of its own, which serves this process's page faults through userfaultfd and
 * decides which pages stay in DRAM. It ends with this process, however that ends.
 *
 * <p>Thread-safe. The JVM needs {@code --enable-native-access=dev.remap.linux}, or {@code ALL-UNNAMED} on the class path.
 */
public interface Remap extends AutoCloseable {
    /**
     * What this host allows, without side effects and without throwing. A library calls it to decide between Remap and a path of
     * its own. Does not block.
     */
    static Support support() {
        return HostSupport.probe();
    }

    /**
     * Starts a manager for this process. Blocks until it serves, typically for less than half a second. On a host that gives no userfaultfd
     * it does what {@link RemapConfig#fallback} says.
     *
     * @throws RemapException {@code PERMISSION} or {@code UNSUPPORTED} if this host gives no userfaultfd, {@code INVALID} if the
     *     budget is too small to work with, {@code DEADLINE} if the manager does not answer in time, {@code INCOMPATIBLE} if it is
     *     of another version, {@code NOT_FOUND} if its classes are not on the class or module path
     */
    static Remap open(RemapConfig config) throws RemapException {
        return RemapOpening.open(config, ManagedRemap::open);
    }

    /**
     * Has a broker, {@code remap serve}, start a manager for this process. Many applications share a broker: it divides DRAM among them by
     * what each has use for, and keeps regions that {@linkplain RegionSpec#survives outlive} their process. It also passes on a descriptor
     * of {@code /dev/userfaultfd}, so that this process needs no permission of its own, also not under a filter of system calls that
     * forbids {@code userfaultfd(2)}. Blocks until the manager serves, typically for less than a second.
     *
     * <p>Of the configuration, {@code dramBytes} is the most this process has use for; where files are made, how much disk they may take
     * and whether there is a standby is the broker's to say. There is no fallback.
     *
     * @param socket the broker's
     * @throws RemapException {@code NOT_FOUND} if nobody listens there, {@code PERMISSION} if the broker does not admit this user, or is
     *     not who it should be, {@code QUOTA} if the user has as many applications or as much DRAM as it may have, otherwise as
     *     {@link #open(RemapConfig)}
     */
    static Remap connect(Path socket, RemapConfig config) throws RemapException {
        return ManagedRemap.connect(socket, config);
    }

    /**
     * Throws if a touch by this process may have read bytes that are not the last ones written: a page of any open region is
     * failed now, or one has failed since this thread's previous call. To be called before results that depend on plain touches
     * are published. While no page has ever failed it costs one volatile load a manager.
     *
     * @throws RemapException with the category of a failed page
     */
    static void check() throws RemapException {
        FailureEpochs.check();
    }

    /**
     * A new zero-filled region. Reserves address space; costs memory only when touched.
     *
     * @param name 1 to 64 letters, digits, dots, dashes or underscores
     * @throws RemapException {@code EXISTS} if this process has a region of that name, {@code INVALID} if the specification
     *     cannot be met (the message says which part), {@code NO_MEMORY} if the address space is used up, {@code MANAGER_LOST}
     */
    Region create(String name, RegionSpec spec) throws RemapException;

    /**
     * A region that {@linkplain Survives#CLIENT has outlived} the process that had it open, or was closed by one, with all that was stored
     * in it. Blocks while its pages are counted, well under a second for 10 GiB.
     *
     * <p>Or one that is {@linkplain RegionSpec#sharedWith shared} and that other processes may have open now. If this user may only read
     * it, its segment is read-only, and changing it throws {@code PERMISSION} then.
     *
     * @param name of another user's region {@code UID/name}, for instance {@code 1000/prices}
     * @param schema as the region was created with
     * @throws RemapException {@code NOT_FOUND} if this user has left no region of that name, {@code EXISTS} if another process has it open
     *     and it is not shared, {@code PERMISSION} if another user shares no region of that name with this one, {@code INCOMPATIBLE} if
     *     its schema is another, {@code QUOTA} if its owner may have no more applications, {@code UNSUPPORTED} without a broker,
     *     {@code NO_MEMORY}, {@code MANAGER_LOST}
     */
    Region open(String name, String schema) throws RemapException;

    /**
     * Forgets a region that outlived its process, and frees its memory.
     *
     * @throws RemapException {@code NOT_FOUND} if this user has left no region of that name, {@code EXISTS} if a process has it open,
     *     {@code UNSUPPORTED} without a broker, {@code MANAGER_LOST}
     */
    void remove(String name) throws RemapException;

    /**
     * A file as memory. Costs no thread, no mapping and no descriptor in this process however many are open: all files of the same
     * specification share one range of addresses; the manager holds one or two descriptors each. Blocks for as long as the file system
     * takes to open it.
     *
     * @param mode {@code READ_ONLY}: nothing is ever written. {@code READ_WRITE}: changed pages are written back when they leave DRAM, or
     *     by {@link Region#force}. {@code PRIVATE}: changes stay in this process, in DRAM or in the tiers that {@code spec} names
     * @throws RemapException {@code NOT_FOUND} if there is no such file, {@code PERMISSION} if it may not be opened so, {@code INVALID} if
     *     it is not a regular file or the specification cannot be met, {@code QUOTA} if descriptors are used up, {@code MANAGER_LOST}
     */
    FileRegion openFile(Path file, MapMode mode, FileSpec spec) throws RemapException;

    /**
     * A part of a file as a segment, as {@link java.nio.channels.FileChannel#map(MapMode, long, long, Arena)}: the same order of
     * arguments, and the same lifetime, the caller's arena. {@code FileSpec.defaults()} applies.
     *
     * @param offset bytes from the file's start, any
     * @param size bytes; in mode {@code READ_WRITE} the file is made longer if it is shorter than {@code offset + size}
     * @throws RemapException as {@link #openFile}; {@code INVALID} if the file is too short
     */
    MemorySegment map(Path file, MapMode mode, long offset, long size, Arena arena) throws RemapException;

    /**
     * The region range that a segment lies in: libraries carry slices, not regions and offsets. Empty if the segment is not, or
     * not wholly, memory of an open region of this object.
     */
    Optional<Range> rangeOf(MemorySegment slice);

    /** The open regions. */
    List<Region> regions();

    /**
     * Binds a driver to a device, in the manager. Blocks for as long as the driver takes, at most half a minute.
     *
     * @param name the device's, unique here: lower case letters, digits and {@code -}, at most 64
     * @param driver an installed driver's
     * @param options what the driver is told; its documentation says what it understands
     * @throws RemapException {@code NOT_FOUND} if no such driver is installed; {@code EXISTS} if the name is taken; {@code INVALID} or
     *     {@code IO} with what the driver says; {@code UNSUPPORTED} in mode {@code MMAP}
     */
    Device bind(String name, String driver, String options) throws RemapException;

    /** What devices there are, those of tiers included, by name. Blocks for a moment; empty in mode {@code MMAP}. */
    List<DeviceInfo> devices() throws RemapException;

    /**
     * Changes the DRAM budget of this Remap while it is in use. Blocks until no more is in use; hints, faults and commands go on
     * meanwhile. With a broker this is the most that it grants: it may grant less, now and later.
     *
     * @param bytes at least 4 MiB; what is no whole page is cut off
     * @return the budget that holds now, in bytes
     * @throws RemapException {@code INVALID} if that is too little to work with; {@code DEADLINE} if more is still in use after
     *     {@code timeout}, since tiers have no room or pages are pinned: the new budget holds nevertheless, and no page comes in before
     *     enough have left; {@code UNSUPPORTED} in mode {@code MMAP}; {@code MANAGER_LOST}
     */
    long setDramBudget(long bytes, Duration timeout) throws RemapException;

    /**
     * The latest plain touches that waited for more than a millisecond, oldest first; at most 40. A touch that waits holds up every
     * safepoint of this JVM, so these explain its stalls. Does not block.
     */
    List<SlowTouch> slowTouches();

    /** This manager's figures. Reads shared memory: does not block, works while the manager is busy or gone. */
    RemapStats stats();

    /**
     * Closes all regions, then ends the manager. Blocks until threads that are in a fault have been served. Calling it again does
     * nothing.
     *
     * @throws IllegalStateException if a pin is open; nothing is closed then
     */
    @Override
    void close();
}
