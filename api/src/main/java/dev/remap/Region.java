// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A range of memory whose pages live where they are cheapest and move when touched. Touch it through {@link #segment()}: a load
 * or store of a page that is in DRAM is a plain load or store; others wait for the page.
 *
 * <p><b>Hints</b> ({@link #advise}, {@link #prefetch}) never throw for operating errors, never block, and may be ignored.
 * <b>Commands</b> are precise: they do what they say or throw a {@link RemapException}; a {@link #load} or {@link #pin} that
 * returns has the last bytes written. They wait outside Java code's way: they delay no safepoint, and virtual threads unmount.
 *
 * <p>Offsets and lengths are in bytes, and cover every page they touch, except where whole pages are asked for. A range outside the
 * region is an {@link IndexOutOfBoundsException}, a closed region an {@link IllegalStateException}. Thread-safe.
 */
public interface Region extends AutoCloseable {
    /** The name given at creation. */
    String name();

    /** Bytes of address space. */
    long size();

    /** The whole region. Accessible from any thread until {@link #close}, after which accesses throw. */
    MemorySegment segment();

    /**
     * A view whose lifetime is the caller's arena, as {@code FileChannel.map} gives, so that callers can group closes: every close
     * of a shared arena is a handshake with all threads. If the region is closed first, accesses through the view end in an
     * {@link InternalError}.
     *
     * @throws WrongThreadException if the arena is confined to another thread
     */
    MemorySegment segment(long offset, long size, Arena arena);

    /** Says how a range is going to be used. A hint. */
    void advise(long offset, long length, Advice advice);

    /** Starts bringing a range into DRAM, as {@code MADV_WILLNEED}. A hint. */
    void prefetch(long offset, long length);

    /**
     * Starts bringing scattered ranges of equal length into DRAM, in one message. A hint. The array is not kept.
     *
     * @param count how many of {@code offsets} to use
     */
    void prefetch(long[] offsets, int count, long lengthEach);

    /**
     * Makes a range resident. It may be evicted again afterwards: {@link #pin} it if it must not be.
     *
     * @throws RemapException {@code CORRUPT} or {@code IO} if a page cannot be had, {@code CAPACITY} if the range is larger than
     *     the budget can hold, {@code NO_MEMORY} or {@code DEADLINE} if there was no room in time, {@code MANAGER_LOST}
     */
    void load(long offset, long length, Duration timeout) throws RemapException;

    /**
     * Makes scattered ranges of equal length resident. The stage completes on a thread of Remap's: hand over longer work. It fails
     * with a {@link RemapException}. The array is not kept.
     */
    CompletionStage<Void> loadAsync(long[] offsets, int count, long lengthEach);

    /**
     * Makes a range resident, mapped writable and not evictable until the pin is closed. Pages count as changed afterwards.
     *
     * @throws RemapException as {@link #load}; {@code QUOTA} if more than half the DRAM budget would be pinned
     */
    Pin pin(long offset, long length, Duration timeout) throws RemapException;

    /**
     * Writes a range to a channel, pinning it piece by piece. Works with {@code O_DIRECT} file channels if offset and length are
     * multiples of the file system's block size.
     *
     * @return bytes written; less than {@code length} only if a non-blocking channel takes no more
     * @throws RemapException as {@link #pin}
     * @throws java.io.IOException from the channel
     */
    long transferTo(long offset, long length, WritableByteChannel target) throws java.io.IOException;

    /**
     * Reads a range from a channel, pinning it piece by piece. Never read into an unpinned region with {@code O_DIRECT}: the device
     * writes behind the page protection that eviction relies on.
     *
     * @return bytes read; less than {@code length} only at the channel's end, or if a non-blocking channel has no more
     * @throws RemapException as {@link #pin}
     * @throws java.io.IOException from the channel
     */
    long transferFrom(ReadableByteChannel source, long offset, long length) throws java.io.IOException;

    /**
     * Copies bytes out of a region without touching it: no page fault, nothing becomes resident, nothing else leaves DRAM for it. What is
     * in DRAM is copied from there, the rest is fetched. Meant for data that is read once, or without locality. Blocks while something is
     * fetched; a virtual thread gives its carrier back meanwhile.
     *
     * <p>Bytes that another thread writes at the same time may be old or new, as with a plain load.
     *
     * @param offset where in the region
     * @param target takes as many bytes as it has; on or off the heap. Its content is undefined if this throws
     * @throws RemapException {@code IO}, {@code CORRUPT} or {@code STALE} if a page cannot be had, {@code DEADLINE} if it stayed in other
     *     hands for 60 s, {@code MANAGER_LOST}
     */
    void read(long offset, MemorySegment target) throws RemapException;

    /**
     * The same for many ranges of equal length, whose bytes go to {@code target} one after another. As many fetches are under way at once
     * as the tiers can have.
     *
     * @param offsets where in the region; the first {@code count} are used
     * @throws IndexOutOfBoundsException also if {@code target} has not room for {@code count * lengthEach} bytes
     * @throws RemapException as {@link #read(long, MemorySegment)}
     */
    void read(long[] offsets, int count, long lengthEach, MemorySegment target) throws RemapException;

    /**
     * Makes what has been written to a range durable, as {@code msync(MS_SYNC)}, where the region is one of a file opened
     * {@code READ_WRITE}. Blocks until the disk has it. Does nothing on other regions: what they hold ends with them.
     *
     * @throws RemapException {@code CAPACITY} if the disk is full, {@code IO} if it fails, {@code STALE} if somebody else changed the
     *     file; what could not be written is still in memory then, and another call tries again. {@code MANAGER_LOST}
     */
    void force(long offset, long length) throws RemapException;

    /**
     * Demotes a range to the tiers below now, as {@code MADV_PAGEOUT}. Pages that are pinned, being touched, or that no tier can take
     * stay. Blocks until done.
     *
     * @return bytes that left DRAM
     * @throws RemapException {@code MANAGER_LOST}
     */
    long pageOut(long offset, long length) throws RemapException;

    /**
     * Frees a range, as {@code MADV_REMOVE}: it reads as zeros afterwards and its storage is freed. Blocks until done. Writes that
     * run at the same time may be lost or kept.
     *
     * @param offset a multiple of 4096
     * @param length a multiple of 4096
     * @throws IllegalArgumentException if either is not
     * @throws RemapException {@code INVALID} if a page of it is pinned, nothing is freed then; {@code UNSUPPORTED} on the region of a file;
     *     {@code MANAGER_LOST}
     */
    void discard(long offset, long length) throws RemapException;

    /**
     * Sets what devices may do to a range, as {@code mprotect} does for the CPU. The program itself may go on to do everything; to keep it
     * from writing, give it {@code segment().asReadOnly()}. Blocks until no device uses the pages otherwise.
     *
     * @param offset a multiple of 4096
     * @param length a multiple of 4096
     * @throws IllegalArgumentException if either is not
     * @throws RemapException {@code QUOTA} if more than 1024 ranges would have to be told apart; {@code UNSUPPORTED} in mode {@code MMAP};
     *     {@code MANAGER_LOST}
     */
    void protect(long offset, long length, DeviceAccess access) throws RemapException;

    /**
     * Whether the whole range is in DRAM; advisory, as {@link MemorySegment#isLoaded}, but always so while it is pinned. Reads shared
     * memory, and asks the kernel about pages that are on their way.
     */
    boolean isLoaded(long offset, long length);

    /** Bytes of the range that are in DRAM; advisory. As {@link #isLoaded} otherwise. */
    long residentBytes(long offset, long length);

    /**
     * Throws if any page of the range is failed. To be called after a computation on plain touches and before its result is
     * published. One volatile load while no page of this process is failed; else it asks the manager.
     *
     * @throws RemapException with the failed page's category
     */
    void verify(long offset, long length) throws RemapException;

    /**
     * The pages of this region that are failed now, at most 10,000, by offset.
     *
     * @throws RemapException {@code MANAGER_LOST}
     */
    List<PageFailure> failures() throws RemapException;

    /**
     * Makes failed pages of a range touchable again. Others are left as they are.
     *
     * @return pages repaired
     * @throws RemapException {@code MANAGER_LOST}
     */
    long repair(long offset, long length, Repair how) throws RemapException;

    /** This region's figures. Reads shared memory only. */
    RegionStats stats();

    /**
     * Frees the region and everything stored for it. Blocks until threads that are in a fault on it have been served. Calling it
     * again does nothing.
     *
     * @throws IllegalStateException if a pin is open; the region stays open then
     */
    @Override
    void close();
}
