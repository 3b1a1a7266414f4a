// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.wire.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A file in an extent of a span: every call is the span's, at the extent's offset. */
final class ManagedFile implements FileRegion, Addressed {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ManagedRemap remap;
    private final FileSpan.Extent extent;
    private final ManagedRegion span;
    private final Path file;
    private final MapMode mode;
    private final long size;
    private final FileIdentity identity;
    private final AtomicInteger pins = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Arena arena;
    private @Nullable MemorySegment segment;

    ManagedFile(ManagedRemap remap, FileSpan.Extent extent, Path file, MapMode mode, long size) {
        this.remap = remap;
        this.extent = extent;
        span = extent.region();
        this.file = file;
        this.mode = mode;
        this.size = size;
        identity = FileIdentity.of(file);
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public MapMode mode() {
        return mode;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isStale() throws RemapException {
        checkOpen();
        boolean changed =
                size > 0 && remap.link().callForValue(new Request.FileState(span.id(), extent.offset()), TIMEOUT) != 0;
        return changed || (Files.exists(file) && !FileIdentity.of(file).equals(identity));
    }

    @Override
    public synchronized MemorySegment segment() {
        checkOpen();
        MemorySegment existing = segment;
        if (existing != null) {
            return existing;
        }
        Arena lifetime = Arena.ofShared();
        MemorySegment made = segment(0, size, lifetime);
        arena = lifetime;
        segment = made;
        return made;
    }

    @Override
    public MemorySegment segment(long offset, long length, Arena lifetime) {
        check(offset, length);
        return FileSpans.readable(extent.view(offset, length, lifetime), mode);
    }

    private interface Call<T extends @Nullable Object> {
        T run() throws RemapException;
    }

    /** Runs a call of the span's; what it throws names this file. */
    private <T extends @Nullable Object> T named(Call<T> call) throws RemapException {
        try {
            return call.run();
        } catch (RemapException e) {
            throw e.about("file " + file);
        }
    }

    private long at(long offset, long length) {
        check(offset, length);
        return extent.offset() + offset;
    }

    private long[] at(long[] offsets, int count, long lengthEach) {
        checkOpen();
        Objects.checkFromIndexSize(0, count, offsets.length);
        long[] moved = new long[count];
        for (int i = 0; i < count; i++) {
            moved[i] = at(offsets[i], lengthEach);
        }
        return moved;
    }

    @Override
    public void advise(long offset, long length, Advice advice) {
        span.advise(at(offset, length), length, advice);
    }

    @Override
    public void prefetch(long offset, long length) {
        span.prefetch(at(offset, length), length);
    }

    @Override
    public void prefetch(long[] offsets, int count, long lengthEach) {
        span.prefetch(at(offsets, count, lengthEach), count, lengthEach);
    }

    @Override
    public void load(long offset, long length, Duration timeout) throws RemapException {
        long at = at(offset, length);
        named(() -> {
            span.load(at, length, timeout);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> loadAsync(long[] offsets, int count, long lengthEach) {
        return span.loadAsync(at(offsets, count, lengthEach), count, lengthEach);
    }

    @Override
    public Pin pin(long offset, long length, Duration timeout) throws RemapException {
        long at = at(offset, length);
        pins.incrementAndGet();
        try {
            return named(() -> new FilePin(span.pin(at, length, timeout)));
        } catch (RemapException | RuntimeException e) {
            pins.decrementAndGet();
            throw e;
        }
    }

    /** Counts itself, so that the file cannot be closed under it. */
    private final class FilePin implements Pin {
        private final Pin pin;
        private final AtomicBoolean done = new AtomicBoolean();

        FilePin(Pin pin) {
            this.pin = pin;
        }

        @Override
        public MemorySegment segment() {
            return FileSpans.readable(pin.segment(), mode);
        }

        @Override
        public void close() {
            if (done.compareAndSet(false, true)) {
                pin.close();
                pins.decrementAndGet();
            }
        }
    }

    @Override
    public long transferTo(long offset, long length, WritableByteChannel target) throws java.io.IOException {
        return span.transferTo(at(offset, length), length, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long offset, long length) throws java.io.IOException {
        if (MapMode.READ_ONLY.equals(mode)) {
            throw new java.nio.channels.NonWritableChannelException();
        }
        return span.transferFrom(source, at(offset, length), length);
    }

    @Override
    public void read(long offset, MemorySegment target) throws RemapException {
        long at = at(offset, target.byteSize());
        named(() -> {
            span.read(at, target);
            return null;
        });
    }

    @Override
    public void read(long[] offsets, int count, long lengthEach, MemorySegment target) throws RemapException {
        long[] at = at(offsets, count, lengthEach);
        named(() -> {
            span.read(at, count, lengthEach, target);
            return null;
        });
    }

    @Override
    public void force(long offset, long length) throws RemapException {
        long at = at(offset, length);
        if (MapMode.READ_WRITE.equals(mode)) {
            named(() -> {
                span.force(at, length);
                return null;
            });
        }
    }

    @Override
    public long pageOut(long offset, long length) throws RemapException {
        return span.pageOut(at(offset, length), length);
    }

    @Override
    public void discard(long offset, long length) throws RemapException {
        check(offset, length);
        throw new RemapException(
                RemapException.Category.UNSUPPORTED,
                "discard on the region of a file",
                "Write zeros, or punch a hole into the file while it is not open.");
    }

    @Override
    public void protect(long offset, long length, DeviceAccess access) throws RemapException {
        RegionChecks.wholePages(offset, length);
        span.protect(at(offset, length), length, access);
    }

    @Override
    public int regionId() {
        return span.regionId();
    }

    @Override
    public long regionOffset(long offset, long length) {
        return at(offset, length);
    }

    @Override
    public ManagedRemap remap() {
        return span.remap();
    }

    @Override
    public boolean isLoaded(long offset, long length) {
        return span.isLoaded(at(offset, length), length);
    }

    @Override
    public long residentBytes(long offset, long length) {
        return span.residentBytes(at(offset, length), length);
    }

    @Override
    public void verify(long offset, long length) throws RemapException {
        long at = at(offset, length);
        named(() -> {
            span.verify(at, length);
            return null;
        });
    }

    @Override
    public List<PageFailure> failures() throws RemapException {
        checkOpen();
        long start = extent.offset();
        return span.failures().stream()
                .filter(failure -> failure.offset() >= start && failure.offset() < start + size)
                .map(failure -> failure.at(name(), failure.offset() - start))
                .toList();
    }

    @Override
    public long repair(long offset, long length, Repair how) throws RemapException {
        return span.repair(at(offset, length), length, how);
    }

    /** The figures of all files of the same specification together: they share a span. */
    @Override
    public RegionStats stats() {
        checkOpen();
        return span.stats();
    }

    @Override
    public void close() {
        if (pins.get() > 0 && !closed.get()) {
            throw new IllegalStateException("file " + file + " has " + pins.get() + " open pins: close them first");
        }
        if (closed.compareAndSet(false, true)) {
            extent.owner(null);
            closeSegment();
            extent.release();
        }
    }

    private synchronized void closeSegment() {
        if (arena != null) {
            arena.close();
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("file " + file + " is closed");
        }
    }

    private void check(long offset, long length) {
        checkOpen();
        Objects.checkFromIndexSize(offset, length, size);
    }

    @Override
    public String toString() {
        return "file " + file + " of " + size + " bytes, " + mode;
    }
}
