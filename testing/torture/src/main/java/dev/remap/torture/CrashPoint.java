// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.core.page.PageTransition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A moment at which a manager is killed: right before or after a transition of a page word.
 *
 * @param count at the how manyth
 */
record CrashPoint(boolean isAfter, PageTransition transition, int count) {
    /** Every one that a manager can get to whose kernel refuses nothing. */
    static List<CrashPoint> all(int count) {
        List<CrashPoint> points = new ArrayList<>();
        for (PageTransition transition : PageTransition.values()) {
            if (isReachable(transition)) {
                points.addAll(Arrays.asList(
                        new CrashPoint(false, transition, count), new CrashPoint(true, transition, count)));
            }
        }
        return points;
    }

    /** Not those of a takeover, which must not be killed while nobody stands by, nor what follows a refused punch. */
    static boolean isReachable(PageTransition transition) {
        return !transition.isAtTakeover() && transition != PageTransition.ABORT_PUNCH;
    }

    /** Whether only pages that fail get there. */
    boolean isOfFailedPages() {
        return transition == PageTransition.LOCK_FAILED
                || transition == PageTransition.UNLOCK_FAILED
                || transition == PageTransition.FORGET_COPY;
    }

    /** As the manager's plan has it. */
    String plan() {
        return (isAfter ? "after " : "before ") + transition + " " + count;
    }
}
