// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import java.util.Arrays;

/**
 * Runs a production policy over a trace of page numbers as reclaim does: candidates pass through an inactive list of an
 * eighth of the capacity; a touch there readmits the page, one that reaches the end is evicted; touches of mapped pages
 * are not seen.
 */
final class ReplacementSimulator {

    private static final int ABSENT = -2;
    private static final int MAPPED = -1;

    private final ReplacementPolicy policy;
    private final int capacityPages;
    /** ABSENT, MAPPED, or the page's position in the inactive list. */
    private final int[] place;

    private final int[] inactive;
    private int inactiveBegin;
    private int inactiveEnd;
    private int inactivePages;
    private int residentPages;
    private long hits;
    private long readmissions;

    ReplacementSimulator(ReplacementPolicy policy, int capacityPages, int[] trace) {
        this.policy = policy;
        this.capacityPages = capacityPages;
        place = new int[Arrays.stream(trace).max().orElse(0) + 1];
        Arrays.fill(place, ABSENT);
        inactive = new int[1 << 20];
    }

    /** Touches every page of the trace in turn; returns the percentage of touches that found the page in DRAM. */
    double run(int[] trace) {
        for (int page : trace) {
            touch(page);
        }
        return 100.0 * hits / trace.length;
    }

    /** Minor faults taken by pages on the inactive list: the price of seeing their touches. */
    long readmissions() {
        return readmissions;
    }

    private void touch(int page) {
        if (place[page] == MAPPED) {
            hits++;
        } else if (place[page] == ABSENT) {
            admit(page);
        } else {
            hits++;
            readmissions++;
            place[page] = MAPPED;
            inactivePages--;
            policy.readmit(page);
            deactivate();
        }
    }

    private void admit(int page) {
        if (residentPages == capacityPages) {
            deactivate();
            evictOldestInactive();
        }
        residentPages++;
        place[page] = MAPPED;
        policy.admit(page);
    }

    private void deactivate() {
        while (inactivePages < capacityPages / 8) {
            int page = (int) policy.candidate();
            if (page < 0 || place[page] != MAPPED) {
                throw new IllegalStateException(policy.name() + " gave " + page + ", which is not mapped");
            }
            place[page] = inactiveEnd;
            inactive[inactiveEnd++ & inactive.length - 1] = page;
            inactivePages++;
        }
    }

    private void evictOldestInactive() {
        int position;
        int page;
        do {
            position = inactiveBegin++;
            page = inactive[position & inactive.length - 1];
        } while (place[page] != position);
        place[page] = ABSENT;
        inactivePages--;
        residentPages--;
        policy.evict(page);
    }
}
