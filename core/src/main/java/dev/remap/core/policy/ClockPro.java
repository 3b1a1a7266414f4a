// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

/**
 * CLOCK-Pro (Jiang, Chen, Zhang: "CLOCK-Pro: an effective improvement of the CLOCK replacement", USENIX ATC'05), for loops larger than
 * DRAM: pages are ranked by the distance between two uses, not by the time since the last. Cold pages are a twentieth and pass through; a
 * page that left stays in its test period for a while, and one that comes back in that time contends for a place among the hot ones. The
 * paper's hands are the old ends of three rings: hot, cold, and in test. Pages are hot without a contest while there is room.
 *
 * <p>Adapted to touches that cannot be seen. The paper's hot hand finds out by an accessed bit whether a hot page is idle. Here it can
 * only find out by giving the page as candidate, which costs a minor fault if the page is used soon, and the page if it is used late. So a
 * page that comes back does not always get its contest: hot pages that left and came back in their test period are evidence that the
 * hot ones are in use as well, and each makes contests rarer; hot pages that left for good make them more frequent. In a loop the first
 * is all there is, the hot pages stay as they are and hit, and hardly anybody looks at them. A page touched on the inactive list needs
 * no contest: its distance is shorter than a test period. Every {@value #AGE_TURN}th candidate is a hot page, whatever happens.
 *
 * <pre>
 *   mark     7     6      5     4      3     2 0
 *         +------+-----+------+------+------+-------+
 *         | test | hot | cold | was  | used | state |     state: none, cold, hot, candidate of either, in test
 *         |entry |entry| entry| hot  |      |       |     entry: that ring holds the page's id, live or stale
 *         +------+-----+------+------+------+-------+
 * </pre>
 *
 * <p>Metadata for each resident page, as of {@link S3Fifo} and by the same arithmetic: 16 bytes, marks and inactive list included.
 */
final class ClockPro implements ReplacementPolicy {

    static final String NAME = "clockpro";

    static final int STATE = 0x07;
    private static final int NO_STATE = 0;
    static final int COLD = 1;
    static final int HOT = 2;
    static final int CANDIDATE_OF_COLD = 3;
    static final int CANDIDATE_OF_HOT = 4;
    static final int TEST = 5;

    private static final int USED = 0x08;
    private static final int WAS_HOT = 0x10;
    private static final int COLD_ENTRY = 0x20;
    private static final int HOT_ENTRY = 0x40;
    private static final int TEST_ENTRY = 0x80;
    static final int ENTRIES = COLD_ENTRY | HOT_ENTRY | TEST_ENTRY;

    /** Of the tracked pages. Below it the hot ones give candidates. The paper adapts it; 3 to 10 give the same hits, but for loops. */
    private static final int COLD_PERCENT = 5;
    /** Of the tracked pages. Above it there is room among the hot ones. */
    private static final int COLD_MOST_PERCENT = 10;
    /** Ring entries for pages in test, of the tracked pages. The paper has as many as pages; this keeps metadata to 16 bytes. */
    private static final int TEST_PERCENT = 80;
    /** Without any, a hot set that nobody uses would stay for as long as nothing comes back. */
    private static final int AGE_TURN = 64;
    /** At most so many pages come back without a contest before one has it. 8 to 128 give the same hits within two points. */
    private static final int MAX_RESISTANCE = 16;

    private final PageMarks marks;
    private final PageQueue cold;
    private final PageQueue hot;
    private final PageQueue test;
    private int resistance;
    private int contenders;
    private int turn;
    private long refaults;

    ClockPro(PageMarks marks) {
        this.marks = marks;
        cold = new PageQueue(marks, STATE, COLD, COLD_ENTRY);
        hot = new PageQueue(marks, STATE, HOT, HOT_ENTRY);
        test = new PageQueue(marks, STATE, TEST, TEST_ENTRY);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void admit(long page) {
        int mark = marks.get(page);
        switch (mark & STATE) {
            case NO_STATE -> (hasRoom() ? hot : cold).add(page, mark & ENTRIES);
            case TEST -> comeBack(page, mark);
            case CANDIDATE_OF_COLD, CANDIDATE_OF_HOT -> readmit(page);
            default -> {} // tracked
        }
    }

    private void comeBack(long page, int mark) {
        refaults++;
        test.remove();
        if ((mark & WAS_HOT) != 0) {
            resistance = Math.min(MAX_RESISTANCE, resistance + 1);
        }
        (hasRoom() || winsAPlace() ? hot : cold).add(page, mark & ENTRIES);
    }

    /** Whether there are fewer hot pages than there may be, so that one more takes nobody's place. */
    private boolean hasRoom() {
        return cold.size() * 100 > size() * COLD_MOST_PERCENT;
    }

    private boolean winsAPlace() {
        contenders++;
        if (contenders <= resistance) {
            return false;
        }
        contenders = 0;
        return true;
    }

    @Override
    public void readmit(long page) {
        int mark = marks.get(page);
        if (cold.holds(mark) || hot.holds(mark)) {
            marks.set(page, mark | USED);
            return;
        }
        if (test.holds(mark)) {
            test.remove();
        }
        hot.add(page, (mark & ENTRIES) | USED);
    }

    @Override
    public long candidate() {
        for (int passedOver = 0; size() > 0; passedOver++) {
            boolean fromHot = cold.size() == 0 || (hot.size() > 0 && isHotTurn());
            long page = (fromHot ? hot : cold).poll();
            assert page != LongRing.EMPTY : "pages were dropped without having been forgotten";
            int mark = marks.get(page);
            if ((mark & USED) == 0 || passedOver >= PageQueue.MAX_PASSED_OVER) {
                marks.set(page, (mark & ENTRIES) | (fromHot ? CANDIDATE_OF_HOT : CANDIDATE_OF_COLD));
                return page;
            }
            hot.add(page, mark & ENTRIES);
        }
        return NONE;
    }

    private boolean isHotTurn() {
        turn = (turn + 1) % AGE_TURN;
        return turn == 0 || cold.size() * 100 < size() * COLD_PERCENT;
    }

    @Override
    public boolean take(long page) {
        int mark = marks.get(page);
        boolean inHot = hot.holds(mark);
        if (!inHot && !cold.holds(mark)) {
            return false;
        }
        (inHot ? hot : cold).remove();
        marks.set(page, (mark & ENTRIES) | (inHot ? CANDIDATE_OF_HOT : CANDIDATE_OF_COLD));
        return true;
    }

    @Override
    public void evict(long page) {
        int mark = marks.get(page);
        int state = mark & STATE;
        if (state != CANDIDATE_OF_COLD && state != CANDIDATE_OF_HOT) {
            forget(page);
            return;
        }
        test.add(page, (mark & ENTRIES) | (state == CANDIDATE_OF_HOT ? WAS_HOT : 0));
        long limit = size() * TEST_PERCENT / 100;
        while (test.entries() > limit) {
            expire(test.poll());
        }
    }

    private void expire(long page) {
        if (page == LongRing.EMPTY) {
            return;
        }
        int mark = marks.get(page);
        if ((mark & WAS_HOT) != 0) {
            resistance = Math.max(0, resistance - 1);
        }
        marks.set(page, mark & ENTRIES);
    }

    @Override
    public void forget(long page) {
        int mark = marks.get(page);
        if (mark == 0) {
            return;
        }
        switch (mark & STATE) {
            case COLD -> cold.remove();
            case HOT -> hot.remove();
            case TEST -> test.remove();
            default -> {} // in no queue
        }
        marks.set(page, mark & ENTRIES);
    }

    @Override
    public long size() {
        return cold.size() + hot.size();
    }

    @Override
    public long refaults() {
        return refaults;
    }

    @Override
    public long bytes() {
        return cold.bytes() + hot.bytes() + test.bytes();
    }

    @Override
    public void close() {
        cold.close();
        hot.close();
        test.close();
    }

    /** Ring entries, live and stale. */
    long entries() {
        return cold.entries() + hot.entries() + test.entries();
    }

    /** Evicted pages in their test period. */
    long inTest() {
        return test.size();
    }
}
