// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.FileIo;
import dev.remap.wire.PageWord;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Copies bytes out of a region without touching it. Optimistic, as a sequence lock: read the page's word, copy with {@code pread} from the
 * region's memfd, read the word again; if it is the same, its generation says that the page was neither evicted, discarded nor brought in
 * anew in between, so the copy is the page. A hole that {@code pread} meets in a race reads as zeros, allocates nothing, and is thrown
 * away by the second look. What is not in DRAM the manager copies, which locks the page's word meanwhile. Confined to one call.
 */
final class RegionReader implements AutoCloseable {
    private static final long PAGE = 4096;
    private static final int ATTEMPTS = 4;
    private static final int SLOTS_AT_ONCE = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ManagerLink link;
    private final TransferSlots slots;
    private final PageWords words;
    private final int memfd;
    private final int regionId;
    private final boolean zerosBelow;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment page = arena.allocate(PAGE, PAGE);
    private final List<Part> missing = new ArrayList<>();

    /** Some bytes of a page, and where they go. */
    private record Part(long page, long from, long length, MemorySegment target, long at) {
        void copy(MemorySegment source, long pageAt) {
            MemorySegment.copy(source, pageAt + from, target, at, length);
        }
    }

    /** A request that is under way. */
    private record Fetch(int slot, List<Part> parts, CompletableFuture<Received<Reply>> answer) {}

    /** A reader of a region; {@code zerosBelow} says that a page nobody has written is zeros, and not a file's. */
    RegionReader(ManagerLink link, TransferSlots slots, PageWords words, int memfd, int regionId, boolean zerosBelow) {
        this.link = link;
        this.slots = slots;
        this.words = words;
        this.memfd = memfd;
        this.regionId = regionId;
        this.zerosBelow = zerosBelow;
    }

    /** Copies a range to {@code target} from {@code at} on; what cannot be had at once is left to {@link #finish}. */
    void read(long offset, long length, MemorySegment target, long at) {
        for (long from = offset; from < offset + length; ) {
            long end = Math.min(offset + length, (from / PAGE + 1) * PAGE);
            Part part = new Part(from / PAGE, from % PAGE, end - from, target, at + from - offset);
            if (!copyAtOnce(part)) {
                missing.add(part);
            }
            from = end;
        }
    }

    private boolean copyAtOnce(Part part) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long word = words.get(part.page);
            int state = PageWord.state(word);
            if (PageWord.isResident(word)) {
                boolean whole = FileIo.pread(memfd, page.address(), PAGE, part.page * PAGE) == PAGE;
                if (whole && words.get(part.page) == word) {
                    part.copy(page, 0);
                    return true;
                }
            } else if (state == PageWord.ABSENT && isInTheWord(PageWord.tier(word))) {
                fill(PageWord.isFill(PageWord.tier(word)) ? PageWord.fillValue(word) : 0);
                part.copy(page, 0);
                return true;
            } else if (state != PageWord.LOCKED && state != PageWord.PUNCHING) {
                return false;
            }
        }
        return false;
    }

    private boolean isInTheWord(int tier) {
        return PageWord.isFill(tier) || (zerosBelow && tier == PageWord.TIER_NONE);
    }

    private void fill(long value) {
        for (long at = 0; at < PAGE; at += Long.BYTES) {
            page.set(ValueLayout.JAVA_LONG, at, value);
        }
    }

    /** Has the manager copy what is missing, several requests at a time. */
    void finish() throws RemapException {
        List<Fetch> underWay = new ArrayList<>();
        try {
            for (int from = 0; from < missing.size(); from += TransferSlots.SLOT_PAGES) {
                List<Part> parts = missing.subList(from, Math.min(missing.size(), from + TransferSlots.SLOT_PAGES));
                underWay.add(submit(parts, takeSlot(underWay)));
            }
            while (!underWay.isEmpty()) {
                complete(underWay);
            }
        } finally {
            underWay.forEach(this::abandon);
        }
    }

    /** Waits for a slot only while it holds none: readers that wait for each other's slots would wait for ever. */
    private int takeSlot(List<Fetch> underWay) throws RemapException {
        while (!underWay.isEmpty()) {
            int slot = underWay.size() < SLOTS_AT_ONCE ? slots.tryTake() : TransferSlots.NONE;
            if (slot != TransferSlots.NONE) {
                return slot;
            }
            complete(underWay);
        }
        return slots.take();
    }

    private Fetch submit(List<Part> parts, int slot) {
        long[] offsets = parts.stream().mapToLong(part -> part.page * PAGE).toArray();
        Request request = new Request.Read(regionId, TIMEOUT.toNanos(), slots.offset(slot), PAGE, offsets);
        return new Fetch(slot, parts, link.submit(request));
    }

    private void complete(List<Fetch> underWay) throws RemapException {
        Fetch fetch = underWay.removeFirst();
        try {
            link.await(fetch.answer, TIMEOUT.plus(GRACE));
            MemorySegment memory = slots.memory(fetch.slot);
            for (int i = 0; i < fetch.parts.size(); i++) {
                fetch.parts.get(i).copy(memory, i * PAGE);
            }
        } finally {
            abandon(fetch);
        }
    }

    /** Gives the slot back as soon as the manager no longer writes to it. */
    private void abandon(Fetch fetch) {
        var _ = fetch.answer.whenComplete((_, _) -> slots.giveBack(fetch.slot));
    }

    @Override
    public void close() {
        arena.close();
    }
}
