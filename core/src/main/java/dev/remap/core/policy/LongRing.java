// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An off-heap FIFO of non-negative longs, confined to the thread that adds the first one.
 *
 * <p>The entries lie in a chain of chunks. A new chunk holds between 1/128 and 1/64 of the ring, so chunks double as
 * the ring does; nothing is copied to grow, and in a large ring the unused parts (of the first chunk, of the last, and
 * the spare) come to less than 5 %, where one array grown by doubling would waste up to half. A drained chunk is kept
 * as the spare that the next full one needs: a ring that does not grow allocates nothing. When less than a quarter is
 * in use, the entries move to a new chain. Every operation is amortised O(1).
 */
public final class LongRing implements AutoCloseable {

    /** What {@link #poll} answers when there is nothing. */
    public static final long EMPTY = -1;

    private static final int MIN_CHUNK_ENTRIES = 256;
    private static final int MAX_CHUNK_ENTRIES = 1 << 16;
    private static final int CHUNKS = 64;
    /** Rings with room for no more than this are not worth repacking. */
    private static final int MIN_CAPACITY_ENTRIES = 4 * MIN_CHUNK_ENTRIES;

    private @Nullable Chunk first;
    private @Nullable Chunk last;
    private @Nullable Chunk spare;
    private @Nullable Chunk lastSwept;
    private long size;
    private long capacity;

    /** Holds none. */
    public LongRing() {}

    /** Entries held. */
    public long size() {
        return size;
    }

    /** Bytes of native memory held. */
    public long bytes() {
        return capacity * Long.BYTES;
    }

    /** Adds the newest entry. */
    public void add(long value) {
        assert value >= 0 : value;
        Chunk chunk = last;
        if (chunk == null || chunk.isFull()) {
            chunk = append();
        }
        chunk.put(value);
        size++;
    }

    /** Takes the oldest entry, or answers {@link #EMPTY}. */
    public long poll() {
        if (size == 0) {
            return EMPTY;
        }
        Chunk chunk = firstWithEntries();
        long value = chunk.take();
        size--;
        repackIfSparse();
        return value;
    }

    /**
     * Drops the entries of one chunk that {@code keep} refuses, and answers how many. Successive calls go round the
     * ring; order is kept. One chunk at a time, because a sweep of the whole would stop the caller for as long as
     * millions of cache misses last.
     */
    public long sweep(LongPredicate keep) {
        Chunk before = lastSwept == null || lastSwept.next == null ? null : lastSwept;
        Chunk chunk = before == null ? first : before.next;
        if (chunk == null) {
            return 0;
        }
        long dropped = chunk.retain(keep);
        size -= dropped;
        if (before != null && before.absorb(chunk)) {
            removeAfter(before, chunk);
        } else {
            lastSwept = chunk;
        }
        repackIfSparse();
        return dropped;
    }

    @Override
    public void close() {
        free(first);
        free(spare);
        first = last = spare = lastSwept = null;
        size = capacity = 0;
    }

    /** Only called with size > 0. A sweep may leave the first chunk empty. */
    private Chunk firstWithEntries() {
        Chunk chunk = first;
        while (chunk != null && chunk.isEmpty()) {
            chunk = removeFirst(chunk);
        }
        if (chunk == null) {
            throw new IllegalStateException("LongRing of size " + size + " has no entries");
        }
        return chunk;
    }

    private @Nullable Chunk removeFirst(Chunk chunk) {
        first = chunk.next;
        if (last == chunk) {
            last = null;
        }
        if (lastSwept == chunk) {
            lastSwept = null;
        }
        retire(chunk);
        return first;
    }

    private void removeAfter(Chunk before, Chunk chunk) {
        before.next = chunk.next;
        if (last == chunk) {
            last = before;
        }
        retire(chunk);
    }

    private void retire(Chunk chunk) {
        chunk.next = null;
        if (spare == null) {
            spare = chunk;
        } else {
            capacity -= chunk.capacity;
            chunk.free();
        }
    }

    private Chunk append() {
        Chunk chunk = takeSpare(chunkEntries());
        if (last == null) {
            first = chunk;
        } else {
            last.next = chunk;
        }
        last = chunk;
        return chunk;
    }

    private int chunkEntries() {
        return Math.clamp(Long.highestOneBit(size / CHUNKS), MIN_CHUNK_ENTRIES, MAX_CHUNK_ENTRIES);
    }

    /** The spare, unless it is too small, which would need another sooner than one is drained, or far too large. */
    private Chunk takeSpare(int wanted) {
        Chunk chunk = spare;
        spare = null;
        if (chunk != null) {
            if (chunk.capacity >= wanted && chunk.capacity <= 2 * wanted) {
                chunk.clear();
                return chunk;
            }
            capacity -= chunk.capacity;
            chunk.free();
        }
        capacity += wanted;
        return new Chunk(wanted);
    }

    private void repackIfSparse() {
        if (capacity <= MIN_CAPACITY_ENTRIES || size >= capacity / 4) {
            return;
        }
        Chunk old = first;
        free(spare);
        first = last = spare = lastSwept = null;
        size = capacity = 0;
        while (old != null) {
            while (!old.isEmpty()) {
                add(old.take());
            }
            Chunk next = old.next;
            old.free();
            old = next;
        }
    }

    private static void free(@Nullable Chunk chain) {
        for (Chunk chunk = chain; chunk != null; chunk = chunk.next) {
            chunk.free();
        }
    }

    /** Entries begin to end of one array, which is filled once and drained once. */
    private static final class Chunk {

        private final Arena arena = Arena.ofConfined();
        private final MemorySegment entries;
        private final int capacity;
        private int begin;
        private int end;

        private @Nullable Chunk next;

        Chunk(int capacity) {
            this.capacity = capacity;
            entries = arena.allocate(ValueLayout.JAVA_LONG, capacity);
        }

        boolean isFull() {
            return end == capacity;
        }

        boolean isEmpty() {
            return begin == end;
        }

        void put(long value) {
            entries.setAtIndex(ValueLayout.JAVA_LONG, end++, value);
        }

        long take() {
            return entries.getAtIndex(ValueLayout.JAVA_LONG, begin++);
        }

        void clear() {
            begin = end = 0;
        }

        int retain(LongPredicate keep) {
            int before = end - begin;
            int kept = 0;
            for (int i = begin; i < end; i++) {
                long value = entries.getAtIndex(ValueLayout.JAVA_LONG, i);
                if (keep.test(value)) {
                    entries.setAtIndex(ValueLayout.JAVA_LONG, kept++, value);
                }
            }
            begin = 0;
            end = kept;
            return before - kept;
        }

        /** Takes the entries of the chunk after it, if there is room. Else the two hold more than fits one. */
        boolean absorb(Chunk after) {
            int count = after.end - after.begin;
            if (count > capacity - end) {
                return false;
            }
            MemorySegment.copy(
                    after.entries,
                    (long) after.begin * Long.BYTES,
                    entries,
                    (long) end * Long.BYTES,
                    (long) count * Long.BYTES);
            end += count;
            return true;
        }

        void free() {
            arena.close();
        }
    }
}
