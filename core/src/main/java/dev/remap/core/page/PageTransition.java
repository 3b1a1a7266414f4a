// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static dev.remap.wire.PageWord.ABSENT;
import static dev.remap.wire.PageWord.CLEAN;
import static dev.remap.wire.PageWord.DEMOTING;
import static dev.remap.wire.PageWord.FAILED;
import static dev.remap.wire.PageWord.LOCKED;
import static dev.remap.wire.PageWord.PRESENT;
import static dev.remap.wire.PageWord.PUNCHING;

/**
 * Every transition of a page word. {@link PageTable} makes no other; {@code docs/internals/page-states.md} is held to this table by a
 * test.
 */
public enum PageTransition {
    /** A fault, a load or a discard takes a page that is not in DRAM. */
    LOCK_ABSENT(ABSENT, LOCKED, "fault, load, pin, discard"),
    /** A fault maps a page that is in DRAM; a pin or discard takes it. */
    LOCK_PRESENT(PRESENT, LOCKED, "fault, pin, discard"),
    /** The same, for a page with a valid copy below. */
    LOCK_CLEAN(CLEAN, LOCKED, "fault, pin, discard"),
    /** A touch aborts a demotion that is not published. */
    LOCK_DEMOTING(DEMOTING, LOCKED, "fault, load, pin, discard"),
    /** A failed page is tried again or given up. */
    LOCK_FAILED(FAILED, LOCKED, "fault, repair, discard"),
    /** The loss of a failed page's content is accepted. */
    FORGET_COPY(LOCKED, LOCKED, "owner"),
    /** Nothing was brought in, or what was there is freed. */
    UNLOCK_ABSENT(LOCKED, ABSENT, "owner"),
    /** In DRAM and writable. */
    UNLOCK_PRESENT(LOCKED, PRESENT, "owner"),
    /** In DRAM, write-protected, the copy below kept. */
    UNLOCK_CLEAN(LOCKED, CLEAN, "owner"),
    /** The page could not be served. */
    UNLOCK_FAILED(LOCKED, FAILED, "owner"),
    /** Reclaim starts to copy a victim below. */
    BEGIN_DEMOTE(PRESENT, DEMOTING, "reclaim"),
    /** No tier takes the victim, or it is pinned. */
    REVERT_DEMOTE(DEMOTING, PRESENT, "reclaim"),
    /** The copy below is complete: the location becomes the truth. */
    PUBLISH(DEMOTING, PUNCHING, "reclaim"),
    /** A clean victim's copy below becomes the truth again. */
    PUBLISH_CLEAN(CLEAN, PUNCHING, "reclaim"),
    /** The page has left the memfd. */
    COMPLETE_PUNCH(PUNCHING, ABSENT, "reclaim"),
    /** The kernel would not punch: the page stays, protected as it is, with a valid copy below. */
    ABORT_PUNCH(PUNCHING, CLEAN, "reclaim"),
    /** The copy of an absent page moved, within its tier or to the one below. */
    RELOCATE_ABSENT(ABSENT, ABSENT, "compaction, writeback"),
    /** The same for a clean page. */
    RELOCATE_CLEAN(CLEAN, CLEAN, "compaction, writeback");

    private final int from;
    private final int to;
    private final String by;

    PageTransition(int from, int to, String by) {
        this.from = from;
        this.to = to;
        this.by = by;
    }

    /** The state before, of {@link dev.remap.wire.PageWord}. */
    public int from() {
        return from;
    }

    /** The state after. */
    public int to() {
        return to;
    }

    /** Who makes it. */
    public String by() {
        return by;
    }

    /** Whether there is such a transition. */
    static boolean exists(int from, int to) {
        return (Sets.SUCCESSORS[from] & (1 << to)) != 0;
    }

    /** For each state the states that may follow, one bit each. */
    private static final class Sets {
        private static final int STATES = 8;
        private static final int[] SUCCESSORS = new int[STATES];

        static {
            for (PageTransition transition : values()) {
                SUCCESSORS[transition.from] |= 1 << transition.to;
            }
        }
    }
}
