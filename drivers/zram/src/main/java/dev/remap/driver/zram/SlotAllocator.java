// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.driver.Tier;
import java.io.IOException;

/**
 * Gives out slots, after zsmalloc: every chunk belongs to one {@linkplain SizeClasses size class}, a slot is taken from the fullest chunk
 * that has one free, the lowest first, and a chunk whose last slot is freed is punched whole and can serve any class again.
 *
 * <p>A page of the file is charged when a slot first reaches into it, and uncharged after it has been punched; in between it counts as
 * <em>touched</em>. Confined to the storing thread.
 */
final class SlotAllocator implements AutoCloseable {
    private static final int NONE = ChunkTable.NONE;

    /** How many chunks to search for a slot that costs nothing, when the budget is used up. */
    private static final int MAX_CHUNKS_SEARCHED = 8;

    private final PoolMemory memory;
    private final PoolCharge charge;
    private final TableMemory tables;
    private final ChunkTable chunks;
    private final FullnessLists lists;
    private final SlotBitmaps[] bitmapsByShift;
    private final long[] usedSlots = new long[SizeClasses.COUNT];
    private final long[] touchedPages = new long[SizeClasses.COUNT];

    /** @throws IOException if there is no address space for its tables */
    SlotAllocator(PoolMemory memory, PoolCharge charge) throws IOException {
        this.memory = memory;
        this.charge = charge;
        int limit = (int) (memory.sizeBytes() / ChunkLayout.CHUNK_BYTES);
        bitmapsByShift = new SlotBitmaps[bitmapShift(SizeClasses.MAX_SLOTS) + 1];
        long bytes = ChunkTable.bytes(limit);
        for (int shift = 0; shift < bitmapsByShift.length; shift++) {
            bytes += SlotBitmaps.bytes(1 << shift, limit);
        }
        tables = new TableMemory(bytes);
        long at = tables.address();
        for (int shift = 0; shift < bitmapsByShift.length; shift++) { // first, so that they are aligned
            bitmapsByShift[shift] = new SlotBitmaps(1 << shift, at);
            at += SlotBitmaps.bytes(1 << shift, limit);
        }
        chunks = new ChunkTable(at, limit);
        lists = new FullnessLists(chunks);
    }

    /** The location of a slot for {@code bytes} bytes, all of its pages charged; or {@link Tier#NO_CAPACITY}. */
    long take(int bytes) {
        int sizeClass = SizeClasses.forSize(bytes);
        int chunk = lists.fullest(sizeClass);
        if (chunk == NONE) {
            chunk = openChunk(sizeClass);
            if (chunk == NONE) {
                return Tier.NO_CAPACITY;
            }
        }
        int slot = lowestFree(chunk, 0);
        if (tryOccupy(chunk, slot, false)) {
            return location(chunk, slot);
        }
        if (chunks.used(chunk) == 0) {
            closeChunk(chunk);
            return Tier.NO_CAPACITY;
        }
        return takeTouched(chunk);
    }

    /** Throws unless the location is that of a slot in use. */
    void checkTaken(long location) {
        takenSlot(location);
    }

    /** Frees a slot. Gives back its chunk's memory if it was the last one in use. */
    void free(long location) {
        int chunk = ChunkLayout.chunk(location);
        int slot = takenSlot(location);
        bitmaps(chunk).clear(chunks.bitmapRow(chunk), slot);
        usedSlots[chunks.sizeClass(chunk)]--;
        addUsed(chunk, -1);
        if (chunks.used(chunk) == 0) {
            closeChunk(chunk);
        }
    }

    /** Takes a slot that is free, charging the pages it is the first to touch; false, and no change, if they cannot be charged. */
    boolean tryOccupy(int chunk, int slot, boolean forMove) {
        int touched = chunks.touched(chunk);
        int needed = pageMask(chunk, slot) & ~touched;
        if (needed != 0) {
            int pages = Integer.bitCount(needed);
            if (!(forMove ? charge.tryChargeForMove(pages) : charge.tryCharge(pages))) {
                return false;
            }
            chunks.setTouched(chunk, touched | needed);
            touchedPages[chunks.sizeClass(chunk)] += pages;
        }
        bitmaps(chunk).set(chunks.bitmapRow(chunk), slot);
        usedSlots[chunks.sizeClass(chunk)]++;
        addUsed(chunk, 1);
        return true;
    }

    /** Punches the pages of a chunk that no slot in use reaches into; returns how many. */
    int punchFreePages(int chunk) {
        int free = 0;
        for (int touched = chunks.touched(chunk); touched != 0; touched &= touched - 1) {
            int page = Integer.numberOfTrailingZeros(touched);
            if (isFree(chunk, page)) {
                free |= 1 << page;
            }
        }
        int punched = punch(chunk, free);
        touchedPages[chunks.sizeClass(chunk)] -= punched;
        return punched;
    }

    /** The pages that would be given back if the class had no gaps. */
    long gainPages(int sizeClass) {
        return touchedPages[sizeClass] - SizeClasses.packedPages(sizeClass, usedSlots[sizeClass]);
    }

    /**
     * Takes the slot at a location that a former manager has filled; false if there can be none, or it is taken already. Charges what it is
     * the first to touch, whatever the budget. Before any other slot is taken; {@link #adopted} ends a series.
     */
    boolean adopt(long location) {
        int chunk = ChunkLayout.chunk(location);
        if (chunk >= chunks.limit()) {
            return false;
        }
        int sizeClass = memory.sizeClass(chunk);
        if (sizeClass < 0 || sizeClass >= SizeClasses.COUNT) {
            return false;
        }
        int slotBytes = SizeClasses.slotBytes(sizeClass);
        int slot = ChunkLayout.byteInChunk(location) / slotBytes;
        if (slot * slotBytes != ChunkLayout.byteInChunk(location) || slot >= SizeClasses.slots(sizeClass)) {
            return false;
        }
        chunks.reach(chunk);
        if (!chunks.isInUse(chunk)) {
            chunks.assign(chunk, sizeClass, bitmapsByShift[bitmapShift(SizeClasses.slots(sizeClass))].takeRow());
        }
        if (bitmaps(chunk).isSet(chunks.bitmapRow(chunk), slot)) {
            return false;
        }
        int touched = chunks.touched(chunk) | pageMask(chunk, slot);
        int pages = Integer.bitCount(touched ^ chunks.touched(chunk));
        if (pages > 0) {
            charge.adopt(pages);
            chunks.setTouched(chunk, touched);
            touchedPages[sizeClass] += pages;
        }
        bitmaps(chunk).set(chunks.bitmapRow(chunk), slot);
        usedSlots[sizeClass]++;
        addUsed(chunk, 1);
        return true;
    }

    /** Frees the chunks, and punches the pages, that none of the adopted slots is in. */
    void adopted() {
        long page = memory.nextData(0);
        while (page < (long) chunks.limit() * ChunkLayout.PAGES_PER_CHUNK) {
            long end = memory.nextHole(page);
            for (; page < end; page++) {
                int chunk = (int) (page / ChunkLayout.PAGES_PER_CHUNK);
                int pageInChunk = (int) (page % ChunkLayout.PAGES_PER_CHUNK);
                boolean touched = chunk < chunks.opened() && (chunks.touched(chunk) & 1 << pageInChunk) != 0;
                if (!touched && !memory.punch(chunk, pageInChunk, 1)) {
                    keepTouched(chunk, pageInChunk);
                }
            }
            page = memory.nextData(page);
        }
        chunks.chainFree();
    }

    /** A page that cannot be punched, and that no slot is in: it is charged, for the chunk's next slots. */
    private void keepTouched(int chunk, int pageInChunk) {
        chunks.reach(chunk);
        chunks.setTouched(chunk, chunks.touched(chunk) | 1 << pageInChunk);
        charge.adopt(1);
        if (chunks.isInUse(chunk)) {
            touchedPages[chunks.sizeClass(chunk)]++;
        }
    }

    FullnessLists lists() {
        return lists;
    }

    /** The lowest free slot from {@code from}, or -1. */
    int lowestFree(int chunk, int from) {
        int slots = SizeClasses.slots(chunks.sizeClass(chunk));
        return bitmaps(chunk).lowestClear(chunks.bitmapRow(chunk), from, slots);
    }

    /** The highest slot in use below {@code limit}, or -1; also if the chunk is empty and closed. */
    int highestUsed(int chunk, int limit) {
        return chunks.isInUse(chunk) ? bitmaps(chunk).highest(chunks.bitmapRow(chunk), limit) : NONE;
    }

    boolean isInUse(int chunk) {
        return chunks.isInUse(chunk);
    }

    long location(int chunk, int slot) {
        return ChunkLayout.location(chunk, slot * SizeClasses.slotBytes(chunks.sizeClass(chunk)));
    }

    int slotBytes(long location) {
        return SizeClasses.slotBytes(chunks.sizeClass(ChunkLayout.chunk(location)));
    }

    long metadataBytes() {
        long bytes = chunks.metadataBytes();
        for (SlotBitmaps bitmaps : bitmapsByShift) {
            bytes += bitmaps.metadataBytes();
        }
        return bytes;
    }

    /** Frees the tables. Nothing else may be called any more. */
    @Override
    public void close() {
        tables.close();
    }

    /** A free slot that reaches only into touched pages, in {@code chunk} or its neighbours in the same group. */
    private long takeTouched(int chunk) {
        int candidate = chunk;
        for (int searched = 0; searched < MAX_CHUNKS_SEARCHED; searched++) {
            int slot = lowestFree(candidate, 0);
            while (slot >= 0) {
                if ((pageMask(candidate, slot) & ~chunks.touched(candidate)) == 0) {
                    boolean occupied = tryOccupy(candidate, slot, false);
                    assert occupied : "a touched slot needs no charge";
                    return location(candidate, slot);
                }
                slot = lowestFree(candidate, slot + 1);
            }
            candidate = lists.nextInGroup(candidate);
            if (candidate == chunk) {
                break;
            }
        }
        return Tier.NO_CAPACITY;
    }

    private int openChunk(int sizeClass) {
        int chunk = chunks.take();
        if (chunk != NONE) {
            int row = bitmapsByShift[bitmapShift(SizeClasses.slots(sizeClass))].takeRow();
            chunks.assign(chunk, sizeClass, row);
            memory.sizeClass(chunk, sizeClass);
            touchedPages[sizeClass] += Integer.bitCount(chunks.touched(chunk));
        }
        return chunk;
    }

    /** Pages that cannot be punched stay touched and charged, for the chunk's next class. */
    private void closeChunk(int chunk) {
        int touched = chunks.touched(chunk);
        touchedPages[chunks.sizeClass(chunk)] -= Integer.bitCount(touched);
        punch(chunk, touched);
        bitmaps(chunk).giveBackRow(chunks.bitmapRow(chunk));
        chunks.giveBack(chunk);
    }

    /** Punches the pages of a mask, run by run, and uncharges them; returns how many. */
    private int punch(int chunk, int pageMask) {
        int punched = 0;
        int mask = pageMask;
        while (mask != 0) {
            int first = Integer.numberOfTrailingZeros(mask);
            int pages = Integer.numberOfTrailingZeros(~(mask >>> first));
            int run = (1 << (first + pages)) - (1 << first);
            if (memory.punch(chunk, first, pages)) {
                chunks.setTouched(chunk, chunks.touched(chunk) & ~run);
                charge.uncharge(pages);
                punched += pages;
            }
            mask &= ~run;
        }
        return punched;
    }

    private boolean isFree(int chunk, int page) {
        int slotBytes = SizeClasses.slotBytes(chunks.sizeClass(chunk));
        int first = page * ChunkLayout.PAGE_BYTES / slotBytes;
        int last = ((page + 1) * ChunkLayout.PAGE_BYTES - 1) / slotBytes;
        int slots = SizeClasses.slots(chunks.sizeClass(chunk));
        return first >= slots || !bitmaps(chunk).anySet(chunks.bitmapRow(chunk), first, Math.min(last, slots - 1));
    }

    private void addUsed(int chunk, int slots) {
        int before = chunks.used(chunk);
        chunks.addUsed(chunk, slots);
        lists.moved(chunk, before);
    }

    /** The slot at a location; freeing or moving one that is not taken is a bug, which must not spread. */
    private int takenSlot(long location) {
        int chunk = ChunkLayout.chunk(location);
        if (location >= 0 && chunks.isInUse(chunk)) {
            int slotBytes = SizeClasses.slotBytes(chunks.sizeClass(chunk));
            int slot = ChunkLayout.byteInChunk(location) / slotBytes;
            if (slot * slotBytes == ChunkLayout.byteInChunk(location)
                    && slot < SizeClasses.slots(chunks.sizeClass(chunk))
                    && bitmaps(chunk).isSet(chunks.bitmapRow(chunk), slot)) {
                return slot;
            }
        }
        throw new IllegalStateException("zram: location " + location + " (chunk " + chunk + ", byte "
                + ChunkLayout.byteInChunk(location) + ") is not a slot in use");
    }

    private int pageMask(int chunk, int slot) {
        int slotBytes = SizeClasses.slotBytes(chunks.sizeClass(chunk));
        return ChunkLayout.pageMask(slot * slotBytes, (slot + 1) * slotBytes);
    }

    private SlotBitmaps bitmaps(int chunk) {
        return bitmapsByShift[bitmapShift(SizeClasses.slots(chunks.sizeClass(chunk)))];
    }

    /** Rows of 1 shifted by this many words have a bit for each of {@code slots} slots. */
    private static int bitmapShift(int slots) {
        int words = (slots + Long.SIZE - 1) / Long.SIZE;
        return Integer.SIZE - Integer.numberOfLeadingZeros(words - 1);
    }
}
