// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Mmap;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One registered range of addresses in which many files are opened, each in an extent of its own with an unused page behind it.
 * Thread-safe.
 */
final class FileSpan {
    /** Address space of a span, in bytes. */
    static final long BYTES = 1L << 40;

    private static final System.Logger LOG = System.getLogger(FileSpan.class.getName());
    private static final long PAGE = 4096;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ManagedRemap remap;
    private final ManagedRegion region;
    private final TreeMap<Long, Extent> extents = new TreeMap<>();
    /** Lengths of unused ranges by offset. */
    private final TreeMap<Long, Long> free = new TreeMap<>();

    FileSpan(ManagedRemap remap, ManagedRegion region) {
        this.remap = remap;
        this.region = region;
        free.put(0L, region.size());
    }

    static long roundUp(long bytes) {
        return (bytes + PAGE - 1) & -PAGE;
    }

    ManagedRegion region() {
        return region;
    }

    /** A place for so many bytes, or null if there is none. First fit. */
    synchronized @Nullable Extent allocate(long bytes) {
        long length = roundUp(bytes) + PAGE;
        Long offset = firstFree(length);
        if (offset == null) {
            return null;
        }
        long left = Objects.requireNonNull(free.remove(offset)) - length;
        if (left > 0) {
            free.put(offset + length, left);
        }
        Extent extent = new Extent(offset, length);
        extents.put(offset, extent);
        return extent;
    }

    private @Nullable Long firstFree(long length) {
        for (Map.Entry<Long, Long> range : free.entrySet()) {
            if (range.getValue() >= length) {
                return range.getKey();
            }
        }
        return null;
    }

    private synchronized void free(Extent extent) {
        extents.remove(extent.offset);
        long offset = extent.offset;
        long length = extent.length;
        Map.Entry<Long, Long> before = free.floorEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            free.remove(before.getKey());
            offset = before.getKey();
            length += before.getValue();
        }
        Long after = free.remove(offset + length);
        free.put(offset, length + (after == null ? 0 : after));
    }

    /** The range of a file's region at an offset of this span. */
    synchronized Optional<Range> rangeOf(long offset, long length) {
        Map.Entry<Long, Extent> entry = extents.floorEntry(offset);
        ManagedFile owner = entry == null ? null : entry.getValue().owner;
        if (entry == null || owner == null) {
            return Optional.empty();
        }
        long within = offset - entry.getKey();
        return within + length <= owner.size() ? Optional.of(new Range(owner, within, length)) : Optional.empty();
    }

    /** The files that are open as regions. */
    synchronized Collection<Region> open() {
        List<Region> open = new ArrayList<>();
        for (Extent extent : extents.values()) {
            if (extent.owner != null) {
                open.add(extent.owner);
            }
        }
        return open;
    }

    /** Where one file lies. Lives until its region and all views of it are closed. */
    final class Extent {
        private final long offset;
        private final long length;
        private final AtomicInteger holders = new AtomicInteger(1);
        private boolean attached;
        private boolean written;
        private volatile @Nullable ManagedFile owner;

        private Extent(long offset, long length) {
            this.offset = offset;
            this.length = length;
        }

        long offset() {
            return offset;
        }

        ManagedRegion region() {
            return region;
        }

        /** Names the region that {@link Remap#rangeOf} answers, or none. */
        void owner(@Nullable ManagedFile value) {
            owner = value;
        }

        /** Has the manager serve the file here; a file without bytes needs no service. */
        void attach(long fileOffset, long bytes, boolean writable, boolean direct, int fd) throws RemapException {
            boolean done = false;
            try {
                if (bytes > 0) {
                    Request open = new Request.OpenFile(region.id(), offset, fileOffset, bytes, writable, direct);
                    remap.link().call(open, TIMEOUT, fd);
                    forgetPoison();
                    attached = true;
                    written = writable;
                }
                done = true;
            } finally {
                if (!done) {
                    free(this);
                }
            }
        }

        /** Advises the whole extent, the unused page as well, so that the advice for files side by side is one range. */
        void advise(Advice advice) throws RemapException {
            region.adviseForSure(offset, length, advice);
        }

        MemorySegment view(long from, long bytes, Arena arena) {
            Objects.checkFromIndexSize(from, bytes, length);
            if (holders.getAndIncrement() == 0) {
                throw new IllegalStateException("the file is closed");
            }
            try {
                return region.memory().view(offset + from, bytes, arena, this::release);
            } catch (RuntimeException e) {
                release();
                throw e;
            }
        }

        /** One holder fewer; after the last the file is closed, and the place is free once the manager has forgotten its pages. */
        void release() {
            if (holders.decrementAndGet() > 0) {
                return;
            }
            if (!attached) {
                free(this);
                return;
            }
            var closed = remap.link().submit(new Request.CloseFile(region.id(), offset, length));
            // Not before the manager has answered, however long that takes: until then it may still bring in pages
            // here.
            var _ = closed.thenRun(() -> free(this));
            if (written) {
                awaitWritten(closed);
            }
        }

        /** Waits until what was changed is in the file. */
        private void awaitWritten(CompletableFuture<Received<Reply>> closed) {
            try {
                remap.link().await(closed, TIMEOUT);
            } catch (RemapException e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "changes of a file that was closed could not all be written and are lost; force() tells in time",
                        e);
            }
        }

        /** Zaps what the kernel may still remember of this range from an earlier file, or from touches of none. */
        private void forgetPoison() {
            Mmap.madvise(region.address() + offset, length, Mmap.MADV_DONTNEED);
        }
    }
}
