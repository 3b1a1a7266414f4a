// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

/** Slots that are free, of one kind; finds single ones, and words of 64 that are free together. Confined to one thread. */
final class FreeSlots {
    private static final int WORD_SHIFT = 6;

    private final SlotSet slots;
    private final SlotSet words;

    private FreeSlots(SlotSet slots, SlotSet words) {
        this.slots = slots;
        this.words = words;
    }

    static long bytes(long limit) {
        return SlotSet.bytes(limit) + SlotSet.bytes(wordLimit(limit));
    }

    /** None yet, in {@link #bytes} of zeros at {@code address}. */
    static FreeSlots at(long address, long limit) {
        return new FreeSlots(SlotSet.at(address, limit), SlotSet.at(address + SlotSet.bytes(limit), wordLimit(limit)));
    }

    private static long wordLimit(long limit) {
        return (limit >>> WORD_SHIFT) + 1;
    }

    long count() {
        return slots.count();
    }

    boolean contains(long slot) {
        return slots.contains(slot);
    }

    void add(long slot) {
        slots.add(slot);
        if (slots.wordOf(slot) == -1L) {
            words.add(slot >>> WORD_SHIFT);
        }
    }

    void remove(long slot) {
        if (slots.wordOf(slot) == -1L) {
            words.remove(slot >>> WORD_SHIFT);
        }
        slots.remove(slot);
    }

    /** Adds each below {@code end} that is not in here, and removes the others; there is none from {@code end} on. */
    void complement(long end) {
        for (long first = 0; first < end; first += Long.SIZE) {
            long word = slots.wordOf(first);
            if (word == -1L) {
                words.remove(first >>> WORD_SHIFT);
            } else if (word == 0 && end - first >= Long.SIZE) {
                words.add(first >>> WORD_SHIFT);
            }
        }
        slots.complement(end);
    }

    /** The lowest from {@code from} on, or {@link SlotSet#NONE}. */
    long next(long from) {
        return slots.next(from);
    }

    /** The lowest that begins 64 together, or {@link SlotSet#NONE}. */
    long nextTogether() {
        long word = words.next(0);
        return word < 0 ? SlotSet.NONE : word << WORD_SHIFT;
    }

    /** How many from {@code start} on are free without a gap, at most {@code most}. */
    int run(long start, int most) {
        return slots.run(start, most);
    }
}
