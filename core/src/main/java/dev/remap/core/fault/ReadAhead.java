// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.core.migrate.Promoter;
import dev.remap.wire.AdviceCode;

/**
 * How many pages a fault should bring in, and which: page, page + step, page + 2 step, and so on.
 *
 * <p>Follows {@value #STREAMS} streams a region. A stream has a step, up to {@value #MAX_STEP} pages up or down, and a window, the pages
 * of its last answer. It expects its next fault on the page where the window ended. If that comes, the window was used up and doubles;
 * if it does not, the stream lies idle until another one takes its place, least recently used first, or {@value #IDLE_FAULTS} faults
 * have passed, and then the pages of its last window count as wasted. Faults that no stream expects go to {@link ReadAheadTrail}, which
 * finds new steps. A fault without a pattern touches no stream, so that any number of them leaves the good ones alone, and streams of
 * several threads do not disturb each other.
 *
 * <p>Advice goes before patterns: under SEQUENTIAL and DROP_BEHIND a fault that nobody expects starts a rising stream with the largest
 * window; under RANDOM and BYPASS nothing is read ahead.
 *
 * <p>The window that doubles while it is used up is that of Linux ({@code ondemand_readahead} in mm/readahead.c), without its marker
 * page that starts the next window early: nobody else could bring that in. Expecting an exact page, for several streams at once, is how
 * hardware stream buffers work (Palacharla and Kessler, "Evaluating Stream Buffers as a Secondary Cache Replacement", ISCA'94).
 *
 * <p>Confined to the thread that has the turn; allocates nothing; time proportional to the number of streams.
 */
final class ReadAhead {
    static final int STREAMS = 8;
    static final int MAX_STEP = 512;
    static final int MAX_WINDOW = Promoter.MAX_RUN;

    /** For steps other than 1 and -1: each page is a copy of its own, and the fault waits for all. */
    static final int MAX_STRIDED_WINDOW = 32;

    static final int IDLE_FAULTS = 1024;

    /** Of a stream that was just recognised. */
    private static final int FIRST_WINDOW = 2;

    private static final int NONE = -1;

    private final ReadAheadTrail trail = new ReadAheadTrail();
    private final int[] step = new int[STREAMS]; // 0: no stream
    private final int[] window = new int[STREAMS];
    private final long[] next = new long[STREAMS];
    private final int[] broughtIn = new int[STREAMS];
    private final long[] lastUse = new long[STREAMS];
    private long faults;
    private int current = NONE;
    private long wasted;

    /** How many pages a fault on {@code page} should bring in, under advice of {@link AdviceCode}; at least 1. */
    int count(long page, int advice) {
        faults++;
        current = NONE;
        if (advice == AdviceCode.RANDOM || advice == AdviceCode.BYPASS) {
            return 1;
        }
        int expecting = expecting(page);
        if (expecting != NONE) {
            return answer(expecting, page, 2 * window[expecting]);
        }
        if (advice == AdviceCode.SEQUENTIAL || advice == AdviceCode.DROP_BEHIND) {
            return start(page, 1, MAX_WINDOW);
        }
        int found = trail.step(page);
        return found == 0 ? 1 : start(page, found, FIRST_WINDOW);
    }

    /** Whether the last answer belongs to a stream. */
    boolean follows() {
        return current != NONE;
    }

    /** The distance between the pages of the last answer. */
    int step() {
        return current == NONE ? 1 : step[current];
    }

    /**
     * Says what became of the last answer: the stream goes on after these pages. If fewer came in than it asked for, the next window is
     * not larger than twice what came; but not so if it met pages that were there already. Ignored if the last answer was about another
     * page.
     *
     * @param pages brought in
     * @param passed pages after those that need no fault
     */
    void done(long page, int pages, int passed) {
        if (current == NONE || next[current] != page) {
            return;
        }
        next[current] += (long) step[current] * (pages + passed);
        broughtIn[current] += pages;
        if (passed == 0) {
            window[current] = Math.min(window[current], pages);
        }
    }

    /** Pages of ended streams that nobody is known to have touched, since the last call. */
    long takeWasted() {
        long result = wasted;
        wasted = 0;
        return result;
    }

    private int expecting(long page) {
        int found = NONE;
        for (int i = 0; i < STREAMS; i++) {
            if (step[i] != 0 && next[i] == page) {
                found = i;
            } else if (step[i] != 0 && faults - lastUse[i] > IDLE_FAULTS) {
                end(i);
            }
        }
        return found;
    }

    private int start(long page, int newStep, int pages) {
        int i = leastRecentlyUsed();
        end(i);
        step[i] = newStep;
        return answer(i, page, pages);
    }

    private int answer(int i, long page, int pages) {
        boolean isRun = step[i] == 1 || step[i] == -1;
        window[i] = Math.clamp(pages, 1, isRun ? MAX_WINDOW : MAX_STRIDED_WINDOW);
        next[i] = page;
        broughtIn[i] = 0;
        lastUse[i] = faults;
        current = i;
        return window[i];
    }

    /** The page of the fault itself was used. */
    private void end(int i) {
        wasted += Math.max(0, broughtIn[i] - 1);
        broughtIn[i] = 0;
        step[i] = 0;
        lastUse[i] = 0;
    }

    private int leastRecentlyUsed() {
        int oldest = 0;
        for (int i = 1; i < STREAMS; i++) {
            if (lastUse[i] < lastUse[oldest]) {
                oldest = i;
            }
        }
        return oldest;
    }
}
