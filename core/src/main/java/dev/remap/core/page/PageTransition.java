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
    /** A page is about to be copied below, or to a device. */
    BEGIN_DEMOTE(PRESENT, DEMOTING, "reclaim, migration to a device"),
    /** Nobody takes the page, or it is pinned. */
    REVERT_DEMOTE(DEMOTING, PRESENT, "reclaim, migration to a device"),
    /** The copy below is complete: the location becomes the truth. */
    PUBLISH(DEMOTING, PUNCHING, "reclaim, migration to a device"),
    /** A clean victim's copy below becomes the truth again. */
    PUBLISH_CLEAN(CLEAN, PUNCHING, "reclaim"),
    /** The page has left the memfd. */
    COMPLETE_PUNCH(PUNCHING, ABSENT, "reclaim, migration to a device"),
    /** The kernel would not punch: the page stays, protected as it is, with a valid copy below. */
    ABORT_PUNCH(PUNCHING, CLEAN, "reclaim, migration to a device"),
    /** The copy of an absent page moved, within its tier or to the one below. */
    RELOCATE_ABSENT(ABSENT, ABSENT, "compaction, writeback"),
    /** The same for a clean page. */
    RELOCATE_CLEAN(CLEAN, CLEAN, "compaction, writeback"),
    /** A page that is in the memfd is present, whatever its word says. */
    ADOPT_ABSENT(ABSENT, PRESENT, "takeover"),
    /** The same. */
    ADOPT_LOCKED(LOCKED, PRESENT, "takeover"),
    /** The same, for a page whose copy below is not there any more. */
    ADOPT_CLEAN(CLEAN, PRESENT, "takeover"),
    /** The same. */
    ADOPT_DEMOTING(DEMOTING, PRESENT, "takeover"),
    /** The same. */
    ADOPT_PUNCHING(PUNCHING, PRESENT, "takeover"),
    /** The same. */
    ADOPT_FAILED(FAILED, PRESENT, "takeover"),
    /** A page that was lent to a device is the region's again. */
    ADOPT_PRESENT(PRESENT, PRESENT, "takeover"),
    /** A page that is not in the memfd is where its word says. */
    RELEASE_LOCKED(LOCKED, ABSENT, "takeover"),
    /** The same. */
    RELEASE_CLEAN(CLEAN, ABSENT, "takeover"),
    /** The same. */
    RELEASE_PUNCHING(PUNCHING, ABSENT, "takeover"),
    /** Its copy below did not survive the manager. */
    LOSE_ABSENT(ABSENT, FAILED, "takeover"),
    /** The same, and another copy below is named in its place. */
    FALL_BACK(ABSENT, ABSENT, "takeover"),
    /** It is not in the memfd, although its word says so: somebody truncated it. */
    LOSE_PRESENT(PRESENT, FAILED, "takeover"),
    /** The same. */
    LOSE_DEMOTING(DEMOTING, FAILED, "takeover"),
    /** It had failed, and its copy below did not survive the manager either. */
    LOSE_FAILED(FAILED, FAILED, "takeover");

    private static final String TAKEOVER = "takeover";

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

    /** Whether it is made when a manager takes over, and not by one that serves. */
    public boolean isAtTakeover() {
        return by.equals(TAKEOVER);
    }

    /** Whether there is such a transition of a page that is served. */
    static boolean exists(int from, int to) {
        return (Sets.SERVING[from] & (1 << to)) != 0;
    }

    /** Whether there is such a transition when a manager takes over. */
    static boolean existsAtTakeover(int from, int to) {
        return (Sets.TAKEOVER[from] & (1 << to)) != 0;
    }

    /** For each state the states that may follow, one bit each. */
    private static final class Sets {
        private static final int STATES = 8;
        private static final int[] SERVING = new int[STATES];
        private static final int[] TAKEOVER = new int[STATES];

        static {
            for (PageTransition transition : values()) {
                int[] successors = transition.isAtTakeover() ? TAKEOVER : SERVING;
                successors[transition.from] |= 1 << transition.to;
            }
        }
    }
}
