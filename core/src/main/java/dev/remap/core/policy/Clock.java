// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

/**
 * Second chance over one ring: a page that was touched on the inactive list goes round once more before it is a
 * candidate again. The cheap policy: 8 bytes and the mark for each tracked page, no memory of evicted ones, so a scan
 * or a loop larger than DRAM flushes it.
 *
 * <pre>
 *   mark    7    4    3      2     1 0
 *         +-------+-------+------+-------+
 *         |   0   | entry | used | state |     state: 0 none, 1 tracked, 2 candidate
 *         +-------+-------+------+-------+
 * </pre>
 */
final class Clock implements ReplacementPolicy {

    static final String NAME = "clock";

    static final int STATE = 0x03;
    static final int TRACKED = 1;
    static final int CANDIDATE = 2;
    private static final int USED = 0x04;
    static final int ENTRY = 0x08;

    private final PageMarks marks;
    private final PageQueue ring;

    private long admitted;

    Clock(PageMarks marks) {
        this.marks = marks;
        ring = new PageQueue(marks, STATE, TRACKED, ENTRY);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void admit(long page) {
        int mark = marks.get(page);
        if ((mark & STATE) == CANDIDATE) {
            ring.add(page, mark | USED);
        } else if (!ring.holds(mark)) {
            admitted++;
            ring.add(page, mark);
        }
    }

    @Override
    public void readmit(long page) {
        int mark = marks.get(page);
        if (ring.holds(mark)) {
            marks.set(page, mark | USED);
        } else {
            ring.add(page, mark | USED);
        }
    }

    @Override
    public long candidate() {
        for (int passedOver = 0; size() > 0; passedOver++) {
            long page = ring.poll();
            assert page != LongRing.EMPTY : "pages were dropped without having been forgotten";
            int mark = marks.get(page);
            if ((mark & USED) == 0 || passedOver >= PageQueue.MAX_PASSED_OVER) {
                marks.set(page, CANDIDATE);
                return page;
            }
            ring.add(page, mark & ~USED);
        }
        return NONE;
    }

    @Override
    public boolean take(long page) {
        int mark = marks.get(page);
        if (!ring.holds(mark)) {
            return false;
        }
        ring.remove();
        marks.set(page, (mark & ENTRY) | CANDIDATE);
        return true;
    }

    @Override
    public void evict(long page) {
        forget(page);
    }

    @Override
    public void forget(long page) {
        int mark = marks.get(page);
        if (mark == 0) {
            return;
        }
        if (ring.holds(mark)) {
            ring.remove();
        }
        marks.set(page, mark & ENTRY);
    }

    @Override
    public long size() {
        return ring.size();
    }

    @Override
    public long refaults() {
        return admitted;
    }

    @Override
    public void close() {
        ring.close();
    }

    /** Ring entries, live and stale. */
    long entries() {
        return ring.entries();
    }

    @Override
    public long bytes() {
        return ring.bytes();
    }
}
