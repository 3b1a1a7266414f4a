// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

/**
 * S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: "FIFO queues are all you need for cache eviction", SOSP'23): new pages enter
 * a small queue of a tenth of the pages, so that those used once leave quickly; used ones go to the main queue, where
 * each use buys another round; a page evicted from the small queue is remembered as a ghost for a while, and enters the
 * main queue if it comes back in that time.
 *
 * <p>Adapted to touches that cannot be seen. The paper counts every hit; here the only hit there is to count is {@link
 * #readmit}, which takes a page from either queue to the main one with a frequency of 1. A page that is tracked may be
 * readmitted too, by whoever samples accessed bits; its frequency then rises to at most 3.
 *
 * <pre>
 *   mark      7     6      5      4 3      2 0
 *         +-------+------+-------+------+-------+
 *         | ghost | main | small | freq | state |     state: none, small, main, candidate of either, ghost
 *         | entry | entry| entry |      |       |     entry: that ring holds the page's id, live or stale
 *         +-------+------+-------+------+-------+
 * </pre>
 *
 * <p>Metadata for each resident page, when an eighth of them is on the inactive list, which is not kept here: queues
 * 7/8 x 8 = 7.0 bytes, ghosts 80 % of that = 5.6, unused parts of the rings 5 % = 0.6, marks of resident pages and of
 * ghosts 1 + 0.7: 14.9 bytes. With an inactive list of ids beside it (1 byte), 16.
 */
final class S3Fifo implements ReplacementPolicy {

    static final String NAME = "s3fifo";

    static final int STATE = 0x07;
    private static final int NO_STATE = 0;
    static final int SMALL = 1;
    static final int MAIN = 2;
    static final int CANDIDATE_OF_SMALL = 3;
    static final int CANDIDATE_OF_MAIN = 4;
    static final int GHOST = 5;

    private static final int FREQUENCY_ONE = 0x08;
    private static final int FREQUENCY = 0x18;
    private static final int SMALL_ENTRY = 0x20;
    private static final int MAIN_ENTRY = 0x40;
    private static final int GHOST_ENTRY = 0x80;
    static final int ENTRIES = SMALL_ENTRY | MAIN_ENTRY | GHOST_ENTRY;

    /** Of the tracked pages. The paper's; 5 and 20 give the same hits here within half a point. */
    private static final int SMALL_PERCENT = 10;
    /** Ring entries for ghosts, of the tracked pages; the main queue has 90. From 70 to 90 the hits do not change. */
    private static final int GHOST_PERCENT = 80;

    private final PageMarks marks;
    private final PageQueue small;
    private final PageQueue main;
    private final PageQueue ghosts;
    private long refaults;

    S3Fifo(PageMarks marks) {
        this.marks = marks;
        small = new PageQueue(marks, STATE, SMALL, SMALL_ENTRY);
        main = new PageQueue(marks, STATE, MAIN, MAIN_ENTRY);
        ghosts = new PageQueue(marks, STATE, GHOST, GHOST_ENTRY);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void admit(long page) {
        int mark = marks.get(page);
        switch (mark & STATE) {
            case NO_STATE -> small.add(page, mark & ENTRIES);
            case GHOST -> {
                refaults++;
                ghosts.remove();
                main.add(page, mark & ENTRIES);
            }
            case CANDIDATE_OF_SMALL, CANDIDATE_OF_MAIN -> readmit(page);
            default -> {} // tracked
        }
    }

    @Override
    public void readmit(long page) {
        int mark = marks.get(page);
        if (small.holds(mark) || main.holds(mark)) {
            countUse(page, mark);
            return;
        }
        if (ghosts.holds(mark)) {
            ghosts.remove();
        }
        main.add(page, (mark & ENTRIES) | FREQUENCY_ONE);
    }

    @Override
    public long candidate() {
        for (int passedOver = 0; size() > 0; passedOver++) {
            boolean fromSmall = main.size() == 0 || small.size() * 100 >= size() * SMALL_PERCENT;
            long page = (fromSmall ? small : main).poll();
            assert page != LongRing.EMPTY : "pages were dropped without having been forgotten";
            int mark = marks.get(page);
            int frequency = mark & FREQUENCY;
            if (frequency == 0 || passedOver >= PageQueue.MAX_PASSED_OVER) {
                marks.set(page, (mark & ENTRIES) | (fromSmall ? CANDIDATE_OF_SMALL : CANDIDATE_OF_MAIN));
                return page;
            }
            main.add(page, fromSmall ? mark : mark - FREQUENCY_ONE);
        }
        return NONE;
    }

    @Override
    public boolean take(long page) {
        int mark = marks.get(page);
        boolean inSmall = small.holds(mark);
        if (!inSmall && !main.holds(mark)) {
            return false;
        }
        (inSmall ? small : main).remove();
        marks.set(page, (mark & ENTRIES) | (inSmall ? CANDIDATE_OF_SMALL : CANDIDATE_OF_MAIN));
        return true;
    }

    @Override
    public void evict(long page) {
        int mark = marks.get(page);
        if ((mark & STATE) != CANDIDATE_OF_SMALL) {
            forget(page);
            return;
        }
        ghosts.add(page, mark & ENTRIES);
        long limit = size() * GHOST_PERCENT / 100;
        while (ghosts.entries() > limit) {
            expire(ghosts.poll());
        }
    }

    @Override
    public void forget(long page) {
        int mark = marks.get(page);
        if (mark == 0) {
            return;
        }
        switch (mark & STATE) {
            case SMALL -> small.remove();
            case MAIN -> main.remove();
            case GHOST -> ghosts.remove();
            default -> {} // in no queue
        }
        marks.set(page, mark & ENTRIES);
    }

    @Override
    public long size() {
        return small.size() + main.size();
    }

    @Override
    public long refaults() {
        return refaults;
    }

    @Override
    public void close() {
        small.close();
        main.close();
        ghosts.close();
    }

    @Override
    public long bytes() {
        return small.bytes() + main.bytes() + ghosts.bytes();
    }

    /** Ring entries, live and stale. */
    long entries() {
        return small.entries() + main.entries() + ghosts.entries();
    }

    /** Evicted pages remembered. */
    long ghosts() {
        return ghosts.size();
    }

    private void countUse(long page, int mark) {
        if ((mark & FREQUENCY) != FREQUENCY) {
            marks.set(page, mark + FREQUENCY_ONE);
        }
    }

    private void expire(long page) {
        if (page != LongRing.EMPTY) {
            marks.set(page, marks.get(page) & ENTRIES);
        }
    }
}
