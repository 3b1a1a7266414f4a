// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import java.util.Arrays;

/**
 * The last {@value #LENGTH} faults that no stream expected, and the steps found among them. Three faults at equal distances are enough
 * if the distance is one page; any other takes four, since among many faults three at some equal distance are often chance.
 *
 * <p>That a step counts only once it has come again is the rule of Baer and Chen's reference prediction table ("An Effective On-Chip
 * Preloading Scheme to Reduce Data Access Penalty", Supercomputing'91). Theirs tells streams apart by the instruction, which a fault
 * does not name; here, as in Leap (Al Maruf and Chowdhury, ATC'20), the step has to stand out of a window of faults in which several
 * threads are mixed. Leap takes the step that most of the window has; this takes one that the fault itself continues, so that eight
 * streams in turn are eight steps and not noise.
 *
 * <p>Confined to the thread that has the turn; allocates nothing. Faults far from each other cost a look at each entry; in the worst case,
 * where all are near, each pair of entries is looked at.
 */
final class ReadAheadTrail {
    /** Eight streams in turn, three faults each. */
    static final int LENGTH = 24;

    private static final long NO_PAGE = Long.MIN_VALUE / 2;

    /** Newest first. */
    private final long[] pages = new long[LENGTH];

    /** The distance at which a page has two earlier ones in a row behind it, or 0. */
    private final int[] steps = new int[LENGTH];

    ReadAheadTrail() {
        Arrays.fill(pages, NO_PAGE);
    }

    /** Adds a fault; answers the step that it confirms, or 0. */
    int step(long page) {
        int once = 0;
        for (int i = 0; i < LENGTH; i++) {
            long distance = page - pages[i];
            if (distance == 0) {
                return 0; // the same touch again, after it had to wait
            }
            if (Math.abs(distance) > ReadAhead.MAX_STEP) {
                continue;
            }
            boolean inARow = isOlder(pages[i] - distance, i);
            if (steps[i] == distance || (inARow && Math.abs(distance) == 1)) {
                return (int) distance;
            }
            if (inARow && once == 0) {
                once = (int) distance;
            }
        }
        add(page, once);
        return 0;
    }

    private boolean isOlder(long page, int than) {
        for (int i = than + 1; i < LENGTH; i++) {
            if (pages[i] == page) {
                return true;
            }
        }
        return false;
    }

    private void add(long page, int step) {
        System.arraycopy(pages, 0, pages, 1, LENGTH - 1);
        System.arraycopy(steps, 0, steps, 1, LENGTH - 1);
        pages[0] = page;
        steps[0] = step;
    }
}
