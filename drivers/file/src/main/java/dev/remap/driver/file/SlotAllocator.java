// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.PageAccount;
import dev.remap.linux.Mmap;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which slots of a spill file are taken, and which of the others still occupy disk.
 *
 * <pre>
 *              take (charged anew)            free                    punched (uncharged)
 * hole, end  ----------------------> taken ----------> warm  ------------------------------> hole
 *                                      ^                |
 *                                      +----------------+
 *                                       take (charged still)
 * </pre>
 *
 * <em>Warm</em> slots occupy disk and are charged; <em>holes</em> do neither; slots from {@code end} on have never been taken, or were
 * given back. Batches get runs: 64 warm ones together, else fresh ones at the end. When many are warm, or disk or budget are used up, any
 * warm one will do. A step costs a few words of memory; nothing is allocated. Confined to the storing thread, but for {@link #charged}.
 */
final class SlotAllocator {
    /** A batch of so many is worth a run of its own. */
    static final int WORTH_A_RUN = 16;

    /** So many warm slots may wait for a punch before batches take single ones, whatever is stored. */
    private static final long WARM_ALLOWANCE = 1024;

    private final PageAccount account;
    private final long limit;
    private final long maxCharged;
    private final long base;
    private final long bytes;
    private final FreeSlots warm;
    private final FreeSlots holes;

    /** Written by the storing thread only; opaque, since others may look. */
    private final AtomicLong charged = new AtomicLong();

    private long end;
    private long takenSlots;
    private boolean growing = true;
    private long runStart;
    private int runLength;

    /**
     * @param limit slots are below it
     * @param maxCharged the most slots that may occupy disk
     */
    SlotAllocator(PageAccount account, long limit, long maxCharged) throws IOException {
        this.account = account;
        this.limit = limit;
        this.maxCharged = maxCharged;
        long half = FreeSlots.bytes(limit);
        bytes = 2 * half;
        base = RawMemory.mapSparse(bytes, "a map of " + limit + " slots");
        warm = FreeSlots.at(base, limit);
        holes = FreeSlots.at(base + half, limit);
    }

    /**
     * Takes at least one slot and at most {@code wanted}, one after the other: {@link #runStart}, {@link #runLength}. False if there is
     * no room, on disk or in the budget.
     */
    boolean tryTake(int wanted) {
        boolean batch = wanted >= WORTH_A_RUN;
        if (batch && takeWarm(warm.nextTogether(), wanted)) {
            return true;
        }
        boolean reuse = !batch || warm.count() > WARM_ALLOWANCE + takenSlots / 4;
        if (reuse && takeWarm(firstWarm(), wanted)) {
            return true;
        }
        if (growing && takeFresh(wanted, batch)) {
            return true;
        }
        return !reuse && takeWarm(firstWarm(), wanted);
    }

    long runStart() {
        return runStart;
    }

    int runLength() {
        return runLength;
    }

    /** Whether slots that occupy no disk may be taken: not after the disk was full, until there is hope. */
    void growing(boolean allowed) {
        growing = allowed;
    }

    private long firstWarm() {
        return warm.next(0);
    }

    private boolean takeWarm(long start, int wanted) {
        if (start < 0) {
            return false;
        }
        int length = warm.run(start, wanted);
        for (int i = 0; i < length; i++) {
            warm.remove(start + i);
        }
        return taken(start, length);
    }

    private boolean takeFresh(int wanted, boolean batch) {
        long hole = batch ? holes.nextTogether() : holes.next(0);
        if (hole < 0 && end == limit) {
            hole = holes.next(0);
        }
        if (hole < 0 && end == limit) {
            return false;
        }
        int room = hole >= 0 ? holes.run(hole, wanted) : (int) Math.min(wanted, limit - end);
        int length = charge(room);
        if (length == 0) {
            return false;
        }
        if (hole < 0) {
            end += length;
            return taken(end - length, length);
        }
        for (int i = 0; i < length; i++) {
            holes.remove(hole + i);
        }
        return taken(hole, length);
    }

    /** Charges as many as there is room for, at most {@code wanted}, in a few tries. */
    private int charge(int wanted) {
        int pages = (int) Math.min(wanted, maxCharged - charged());
        while (pages > 0) {
            if (account.tryCharge(pages)) {
                addCharged(pages);
                return pages;
            }
            pages /= 2;
        }
        return 0;
    }

    private boolean taken(long start, int length) {
        takenSlots += length;
        runStart = start;
        runLength = length;
        return true;
    }

    /**
     * Takes a slot that a former manager has filled; false if it cannot be one, or is taken already. Before any other slot is taken;
     * {@link #adopted} ends a series. Until then those that are taken are the ones in {@code warm}.
     */
    boolean adopt(long slot) {
        if (slot < 0 || slot >= limit || warm.contains(slot)) {
            return false;
        }
        warm.add(slot);
        end = Math.max(end, slot + 1);
        return true;
    }

    /** Makes all slots below the last one taken warm: whether they occupy disk is not known, and a punch will tell. */
    void adopted() {
        takenSlots = warm.count();
        warm.complement(end);
        account.chargeAdopted(end);
        addCharged(end);
    }

    /** Whether a location, which may be any number, is a slot that is taken. */
    boolean isTaken(long slot) {
        return slot >= 0 && slot < end && !warm.contains(slot) && !holes.contains(slot);
    }

    /** Frees a slot, which keeps its disk for now. */
    void free(long slot) {
        if (!isTaken(slot)) {
            throw new IllegalStateException("slot " + slot + " is not taken: end " + end + ", limit " + limit);
        }
        takenSlots--;
        warm.add(slot);
    }

    /** The start of the next run of warm slots from {@code from} on, for {@link #punched}; {@link #runLength} has its length. */
    long nextWarmRun(long from, int most) {
        long start = from < limit ? warm.next(from) : SlotSet.NONE;
        runLength = start < 0 ? 0 : warm.run(start, most);
        return start;
    }

    /** Says that warm slots occupy no disk any more. */
    void punched(long start, int length) {
        for (int i = 0; i < length; i++) {
            warm.remove(start + i);
            holes.add(start + i);
        }
        uncharge(length);
        while (end > 0 && holes.contains(end - 1)) {
            end--;
            holes.remove(end);
        }
    }

    private void uncharge(long pages) {
        addCharged(-pages);
        account.uncharge(pages);
    }

    /** Uncharges everything and forgets the slots; the file must be gone. */
    void close() {
        if (charged() > 0) {
            uncharge(charged());
        }
        Mmap.unmap(base, bytes);
    }

    /** Slots that are charged: taken and warm ones. Any thread. */
    long charged() {
        return charged.getOpaque();
    }

    long taken() {
        return takenSlots;
    }

    long warm() {
        return warm.count();
    }

    /** Slots from here on have nothing. */
    long end() {
        return end;
    }

    private void addCharged(long pages) {
        charged.setOpaque(charged.getPlain() + pages);
    }
}
