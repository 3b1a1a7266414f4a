// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A plain mapping of a file as a region: what regions and files of {@link MappedRemap} have in common.
 *
 * <p>Each call holds {@link #gate} as a reader while it uses the descriptor or the addresses; {@link #close} holds it as the writer, and so
 * waits for calls under way. Bytes are copied by {@code pread} and {@code pwrite}, which answer an error where a touch would be a bus
 * error.
 */
abstract sealed class MappedRange implements Region permits MappedRegion, MappedFile {
    /** What is loaded between two looks at the clock. */
    private static final long PIECE = 2 << 20;

    private static final Duration ASYNC_TIMEOUT = Duration.ofSeconds(60);

    private final MappedRemap remap;
    private final MappedMemory memory;
    private final int fd;
    private final long size;
    private final boolean writable;
    private final MappedPins pins;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final LongAdder loadedBytes = new LongAdder();
    private @Nullable Arena arena;
    private @Nullable MemorySegment segment;
    private boolean closed;

    MappedRange(MappedRemap remap, MappedMemory memory, int fd, long size, boolean writable) {
        this.remap = remap;
        this.memory = memory;
        this.fd = fd;
        this.size = size;
        this.writable = writable;
        pins = new MappedPins(memory, remap.pinQuota());
    }

    /** "region x" or "file x", for messages. */
    abstract String what();

    /** Why the kernel refused what a call needed. */
    abstract RemapException failure(String call, long errno);

    /** The descriptor whose bytes are the mapping's, and where in it they begin. */
    int bytesFd() {
        return fd;
    }

    long bytesStart() {
        return 0;
    }

    /** Throws if a write to this range by descriptor would not end up in the mapping. */
    void checkEnd(long end) throws RemapException {
        Objects.checkIndex(end, size + 1);
    }

    /** Under the gate, after the last call. */
    void end() {}

    final MappedRemap remap() {
        return remap;
    }

    final MappedMemory memory() {
        return memory;
    }

    final MappedPins pins() {
        return pins;
    }

    final int fd() {
        return fd;
    }

    final void enter() {
        gate.readLock().lock();
        if (closed) {
            gate.readLock().unlock();
            throw new IllegalStateException(what() + " is closed");
        }
    }

    final void exit() {
        gate.readLock().unlock();
    }

    /** Runs what may block in a system call, while this is open. */
    final long command(CommandThreads.Command command) throws RemapException {
        return remap.threads().call(() -> whileOpen(command));
    }

    private long whileOpen(CommandThreads.Command command) throws RemapException {
        enter();
        try {
            return command.run();
        } finally {
            exit();
        }
    }

    final void check(long offset, long length) {
        checkOpen();
        Objects.checkFromIndexSize(offset, length, size);
    }

    final void checkOpen() {
        enter();
        exit();
    }

    private void check(long[] offsets, int count, long lengthEach) {
        checkOpen();
        RegionChecks.scattered(offsets, count, lengthEach, size);
    }

    @Override
    public final long size() {
        return size;
    }

    @Override
    public final MemorySegment segment() {
        enter();
        try {
            synchronized (this) {
                if (arena == null || segment == null) {
                    arena = Arena.ofShared();
                    segment = readable(memory.view(0, size, arena));
                }
                return segment;
            }
        } finally {
            exit();
        }
    }

    @Override
    public final MemorySegment segment(long offset, long length, Arena lifetime) {
        check(offset, length);
        enter();
        try {
            return readable(memory.view(offset, length, lifetime));
        } finally {
            exit();
        }
    }

    private MemorySegment readable(MemorySegment view) {
        return writable ? view : view.asReadOnly();
    }

    /**
     * {@inheritDoc}
     *
     * <p>{@code DROP_BEHIND} is {@code SEQUENTIAL}, which Linux reclaims first; {@code BYPASS} is {@code RANDOM} and {@code COLD}.
     * Advice on a part of a region splits its mapping.
     */
    @Override
    public final void advise(long offset, long length, Advice advice) {
        check(offset, length);
        switch (advice) {
            case NORMAL -> hint(offset, length, Mmap.MADV_NORMAL);
            case SEQUENTIAL, DROP_BEHIND -> hint(offset, length, Mmap.MADV_SEQUENTIAL);
            case RANDOM -> hint(offset, length, Mmap.MADV_RANDOM);
            case COLD -> hint(offset, length, Mmap.MADV_COLD);
            case BYPASS -> {
                hint(offset, length, Mmap.MADV_RANDOM);
                hint(offset, length, Mmap.MADV_COLD);
            }
        }
    }

    private void hint(long offset, long length, int advice) {
        enter();
        try {
            memory.advise(offset, length, advice);
        } finally {
            exit();
        }
    }

    @Override
    public final void prefetch(long offset, long length) {
        check(offset, length);
        hint(offset, length, Mmap.MADV_WILLNEED);
    }

    @Override
    public final void prefetch(long[] offsets, int count, long lengthEach) {
        check(offsets, count, lengthEach);
        for (int i = 0; i < count; i++) {
            hint(offsets[i], lengthEach, Mmap.MADV_WILLNEED);
        }
    }

    @Override
    public final void load(long offset, long length, Duration timeout) throws RemapException {
        check(offset, length);
        Deadline deadline = Deadline.in(timeout);
        command(() -> populate(offset, length, deadline, false));
    }

    @Override
    public final CompletionStage<Void> loadAsync(long[] offsets, int count, long lengthEach) {
        prefetch(offsets, count, lengthEach);
        long[] copy = Arrays.copyOf(offsets, count);
        Deadline deadline = Deadline.in(ASYNC_TIMEOUT);
        CompletableFuture<Long> loaded = remap.threads().submit(() -> {
            for (long offset : copy) {
                loadUnlessClosed(offset, lengthEach, deadline);
            }
            return count;
        });
        return loaded.<Void>thenApply(_ -> null).minimalCompletionStage();
    }

    private void loadUnlessClosed(long offset, long length, Deadline deadline) throws RemapException {
        try {
            whileOpen(() -> populate(offset, length, deadline, false));
        } catch (IllegalStateException e) {
            throw new RemapException(
                    RemapException.Category.NOT_FOUND, "load: " + e.getMessage(), "Close it after its loads.", e);
        }
    }

    /** The clock is looked at between pieces: one that the disk keeps waiting is waited for. */
    private long populate(long offset, long length, Deadline deadline, boolean forWriting) throws RemapException {
        long end = offset + length;
        for (long from = offset; from < end; ) {
            long to = Math.min(end, (from / PIECE + 1) * PIECE);
            if (from > offset && deadline.hasPassed()) {
                throw new RemapException(
                        RemapException.Category.DEADLINE,
                        "load of " + length + " bytes at " + offset + " of " + what() + ": " + (from - offset)
                                + " were loaded in time",
                        "Allow more time.");
            }
            populatePiece(from, to - from, forWriting);
            from = to;
        }
        return length;
    }

    private void populatePiece(long offset, long length, boolean forWriting) throws RemapException {
        long absent = memory.pageBytes(offset, length) - memory.resident(offset, length);
        long result = memory.populate(offset, length, forWriting);
        if (result == -Errno.EINVAL) {
            checkEnd(offset + length);
            memory.touch(offset, length, forWriting);
        } else if (result < 0) {
            checkEnd(offset + length);
            throw failure("load of " + length + " bytes at " + offset, result);
        }
        loadedBytes.add(absent);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Where this process may not lock memory ({@code ulimit -l}), the range is resident when this returns, but the kernel may page it
     * out. After the kernel has written a page to its file, the next write to it is a short fault, pinned or not.
     */
    @Override
    public final Pin pin(long offset, long length, Duration timeout) throws RemapException {
        check(offset, length);
        Deadline deadline = Deadline.in(timeout);
        MappedPins.Extent[] pin = new MappedPins.Extent[1];
        command(() -> {
            pin[0] = startPin(offset, length, deadline);
            return length;
        });
        Arena lifetime = Arena.ofShared();
        MemorySegment view = Mmap.segment(memory.address() + offset, length, lifetime, null);
        return new MappedPin(pins, pin[0], lifetime, readable(view));
    }

    private MappedPins.Extent startPin(long offset, long length, Deadline deadline) throws RemapException {
        MappedPins.Extent pin = pins.add(offset, length);
        boolean pinned = false;
        try {
            populate(offset, length, deadline, writable);
            pins.lock(pin);
            pinned = true;
            return pin;
        } finally {
            if (!pinned) {
                pins.remove(pin);
            }
        }
    }

    /** {@inheritDoc} Goes through memory of its own by {@code pread}, so nothing is pinned. */
    @Override
    public final long transferTo(long offset, long length, WritableByteChannel target) throws IOException {
        check(offset, length);
        MemorySegment buffer = remap.buffers().take();
        try {
            long done = 0;
            while (done < length) {
                long part = fill(buffer, offset + done, length - done);
                ByteBuffer bytes = buffer.asSlice(0, part).asByteBuffer();
                int written = 1;
                while (bytes.hasRemaining() && written > 0) {
                    written = target.write(bytes);
                }
                done += bytes.position();
                if (bytes.hasRemaining()) {
                    break;
                }
            }
            return done;
        } finally {
            remap.buffers().give(buffer);
        }
    }

    /** {@inheritDoc} Goes through memory of its own by {@code pwrite}, so nothing is pinned. */
    @Override
    public final long transferFrom(ReadableByteChannel source, long offset, long length) throws IOException {
        if (!writable) {
            throw new java.nio.channels.NonWritableChannelException();
        }
        check(offset, length);
        MemorySegment buffer = remap.buffers().take();
        try {
            long done = 0;
            while (done < length) {
                long room = Math.min(buffer.byteSize(), length - done);
                int read = source.read(buffer.asSlice(0, room).asByteBuffer());
                if (read <= 0) {
                    break;
                }
                store(buffer, offset + done, read);
                done += read;
            }
            return done;
        } finally {
            remap.buffers().give(buffer);
        }
    }

    @Override
    public final void read(long offset, MemorySegment target) throws RemapException {
        check(offset, target.byteSize());
        read(new long[] {offset}, 1, target.byteSize(), target);
    }

    @Override
    public final void read(long[] offsets, int count, long lengthEach, MemorySegment target) throws RemapException {
        check(offsets, count, lengthEach);
        Objects.checkFromIndexSize(0, Math.multiplyExact(count, lengthEach), target.byteSize());
        MemorySegment buffer = remap.buffers().take();
        try {
            for (int i = 0; i < count; i++) {
                for (long done = 0; done < lengthEach; ) {
                    long part = fill(buffer, offsets[i] + done, lengthEach - done);
                    MemorySegment.copy(buffer, 0, target, i * lengthEach + done, part);
                    done += part;
                }
            }
        } finally {
            remap.buffers().give(buffer);
        }
    }

    /** Copies up to a buffer's bytes out of this range; how many. */
    private long fill(MemorySegment buffer, long offset, long wanted) throws RemapException {
        long length = Math.min(buffer.byteSize(), wanted);
        return command(() -> {
            for (long done = 0; done < length; ) {
                long result =
                        FileIo.pread(bytesFd(), buffer.address() + done, length - done, bytesStart() + offset + done);
                if (result <= 0) {
                    checkEnd(offset + length);
                    throw failure("read of " + length + " bytes at " + offset, result);
                }
                done += result;
            }
            return length;
        });
    }

    private void store(MemorySegment buffer, long offset, long length) throws RemapException {
        command(() -> {
            checkEnd(offset + length);
            for (long done = 0; done < length; ) {
                long result =
                        FileIo.pwrite(bytesFd(), buffer.address() + done, length - done, bytesStart() + offset + done);
                if (result <= 0) {
                    throw failure("write of " + length + " bytes at " + offset, result);
                }
                done += result;
            }
            return length;
        });
    }

    @Override
    public void force(long offset, long length) throws RemapException {
        check(offset, length);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The answer is what {@code mincore(2)} says before and after, so also what others brought in or threw out; it is 0 for a file that
     * this user neither owns nor may write, which the kernel does not page out on request.
     */
    @Override
    public final long pageOut(long offset, long length) throws RemapException {
        check(offset, length);
        return command(() -> {
            long before = memory.resident(offset, length);
            for (MappedPins.Extent part : pins.unpinned(offset, length)) {
                writeBack(part.start(), part.length());
                memory.advise(part.start(), part.length(), Mmap.MADV_PAGEOUT);
            }
            return Math.max(0, before - memory.resident(offset, length));
        });
    }

    @Override
    public final void protect(long offset, long length, DeviceAccess access) throws RemapException {
        check(offset, length);
        throw MappedRemap.hasNoDevices();
    }

    /** Pages that differ from their file would stay. */
    private void writeBack(long offset, long length) throws RemapException {
        if (writable && bytesFd() == fd) {
            long result = FileIo.writeBack(fd, offset, length);
            if (result < 0) {
                throw failure("write-back of " + length + " bytes at " + offset, result);
            }
        }
    }

    @Override
    public final boolean isLoaded(long offset, long length) {
        return residentBytes(offset, length) == memory.pageBytes(offset, length);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Asks {@code mincore(2)}, which knows the page cache: everything counts as resident of a file that this user neither owns nor may
     * write. Takes some milliseconds for each GiB.
     */
    @Override
    public final long residentBytes(long offset, long length) {
        check(offset, length);
        enter();
        try {
            return memory.resident(offset, length);
        } finally {
            exit();
        }
    }

    @Override
    public void verify(long offset, long length) throws RemapException {
        check(offset, length);
    }

    /** None: the kernel does not tell which pages it could not bring in. */
    @Override
    public final List<PageFailure> failures() {
        checkOpen();
        return List.of();
    }

    /** 0: no page is ever failed. */
    @Override
    public final long repair(long offset, long length, Repair how) {
        check(offset, length);
        return 0;
    }

    /** Bytes on disk that only this range occupies. */
    long occupiedBytes() {
        return 0;
    }

    /** Resident, pinned, occupied and loaded are known; the rest is zero. */
    @Override
    public final RegionStats stats() {
        long resident = residentBytes(0, size);
        enter();
        try {
            Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);
            for (FaultKind kind : FaultKind.values()) {
                faults.put(kind, 0L);
            }
            long loaded = loadedBytes.sum() / RegionChecks.PAGE;
            return new RegionStats(
                    faults, resident, pins.bytes(), 0, 0, occupiedBytes(), 0, loaded, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        } finally {
            exit();
        }
    }

    final void refusePins() {
        if (pins.count() > 0) {
            throw new IllegalStateException(what() + " has " + pins.count() + " open pins: close them first");
        }
    }

    @Override
    public final void close() {
        gate.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            refusePins();
            closeSegment();
            closed = true;
            remap.ranges().remove(this);
            end();
            FileIo.close(fd);
            memory.release();
        } finally {
            gate.writeLock().unlock();
        }
    }

    private synchronized void closeSegment() {
        if (arena != null) {
            arena.close();
        }
    }

    @Override
    public final String toString() {
        return what() + " of " + size + " bytes, mapped";
    }
}
