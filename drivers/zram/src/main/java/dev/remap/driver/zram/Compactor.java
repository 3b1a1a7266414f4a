// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.driver.Relocation;
import java.util.Arrays;

/**
 * Closes gaps: moves slots from the sparsest chunks of a class into free slots of its fullest, and punches what becomes empty. What
 * there is to gain is known exactly, so a tier without gaps is left alone at once.
 *
 * <p>A slot moves in four steps: take the target; copy the bytes; {@link Relocation#relocate}, which publishes the target with release
 * if nobody is fetching the source; free the source, or the target if the answer was no. A fetcher that reads the new location with
 * acquire sees the bytes; one that reads the old one has made relocate say no.
 */
final class Compactor {
    /** Begin when one page in so many could be given back, and end at half of that: copying has a price too. */
    private static final int BEGIN_SHARE = 48;

    private static final int END_SHARE = 2 * BEGIN_SHARE;
    private static final int MIN_CLASS_GAIN_PAGES = 1;

    /** Refusals are rare and short; a run that meets many should be tried again later. */
    private static final int MAX_REFUSALS = 64;

    private final PoolMemory memory;
    private final PoolCharge charge;
    private final SlotAllocator slots;
    private final Relocation relocation;
    private final TierFigures figures;
    private final boolean[] stuck = new boolean[SizeClasses.COUNT];
    private long deadlineNs;
    private int refusals;

    private enum Move {
        DONE,
        REFUSED,
        NOT_CHARGED
    }

    Compactor(PoolMemory memory, PoolCharge charge, SlotAllocator slots, Relocation relocation, TierFigures figures) {
        this.memory = memory;
        this.charge = charge;
        this.slots = slots;
        this.relocation = relocation;
        this.figures = figures;
    }

    /** Returns the bytes given back. */
    long compact(long budgetNs) {
        long before = charge.pages();
        if (totalGainPages() * BEGIN_SHARE <= before) {
            return 0;
        }
        deadlineNs = System.nanoTime() + budgetNs;
        refusals = 0;
        Arrays.fill(stuck, false);
        int sizeClass = mostGainful();
        while (sizeClass >= 0 && mayGoOn() && totalGainPages() * END_SHARE > charge.pages()) {
            stuck[sizeClass] = !compactClass(sizeClass);
            sizeClass = mostGainful();
        }
        return Math.max(0, before - charge.pages()) * ChunkLayout.PAGE_BYTES;
    }

    /** Returns whether it got to the end of what there is to gain. */
    private boolean compactClass(int sizeClass) {
        while (slots.gainPages(sizeClass) >= MIN_CLASS_GAIN_PAGES && mayGoOn()) {
            int source = slots.lists().sparsest(sizeClass);
            if (source == FullnessLists.NONE || !drain(source, sizeClass)) {
                return false;
            }
        }
        return true;
    }

    /** Moves slots out of a chunk, the highest first, or down within it if it is the last; returns whether anything changed. */
    private boolean drain(int source, int sizeClass) {
        boolean changed = false;
        int slot = slots.highestUsed(source, SizeClasses.slots(sizeClass));
        while (slot >= 0 && mayGoOn()) {
            int target = slots.lists().fullest(sizeClass);
            int targetSlot = slots.lowestFree(target, 0);
            if (target == source && targetSlot > slot) {
                break;
            }
            Move move = tryMove(source, slot, target, targetSlot);
            if (move == Move.NOT_CHARGED) {
                if (slots.punchFreePages(source) == 0) {
                    break;
                }
                changed = true;
                continue;
            }
            changed |= move == Move.DONE;
            slot = slots.highestUsed(source, slot);
        }
        return slots.isInUse(source) ? slots.punchFreePages(source) > 0 || changed : changed;
    }

    private Move tryMove(int source, int slot, int target, int targetSlot) {
        if (!slots.tryOccupy(target, targetSlot, true)) {
            return Move.NOT_CHARGED;
        }
        long from = slots.location(source, slot);
        long to = slots.location(target, targetSlot);
        long owner = RawMemory.getLong(memory.address(from) + ZramSlotLayout.OWNER_OFFSET);
        boolean moved = false;
        if (ZramSlotLayout.isIntact(owner)) {
            RawMemory.copy(memory.address(from), memory.address(to), slots.slotBytes(from));
            moved = relocation.relocate(ZramSlotLayout.page(owner), from, to);
        }
        slots.free(moved ? from : to);
        if (moved) {
            figures.moved();
        } else {
            refusals++;
        }
        return moved ? Move.DONE : Move.REFUSED;
    }

    private int mostGainful() {
        int best = -1;
        long most = MIN_CLASS_GAIN_PAGES - 1;
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            long gain = slots.gainPages(sizeClass);
            if (gain > most && !stuck[sizeClass]) {
                best = sizeClass;
                most = gain;
            }
        }
        return best;
    }

    private long totalGainPages() {
        long gain = 0;
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            gain += slots.gainPages(sizeClass);
        }
        return gain;
    }

    private boolean mayGoOn() {
        return refusals < MAX_REFUSALS && System.nanoTime() - deadlineNs < 0;
    }
}
