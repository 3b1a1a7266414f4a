// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.util.Arrays;

/**
 * Belady's OPT ("A study of replacement algorithms for a virtual-storage computer", 1966), exactly: the page whose next use is farthest
 * leaves. No replacement that has to bring in every page it is asked for hits more often. Needs the whole trace in advance.
 *
 * <p>Resident pages are in a binary heap by next use, farthest on top; a touch moves one: O(log capacity).
 */
final class OptCache implements TracedCache {
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int ABSENT = -1;

    /** For each access, when its page is accessed next. */
    private final int[] nextUses;
    /** For each resident page, when it is accessed next. */
    private final int[] nextUse;

    private final int[] heap;
    private final int[] positions;
    private int size;
    private int now;

    OptCache(Trace trace, int capacityPages) {
        nextUses = nextUses(trace);
        nextUse = new int[trace.distinctPages()];
        heap = new int[Math.min(capacityPages, trace.distinctPages())];
        positions = new int[trace.distinctPages()];
        Arrays.fill(positions, ABSENT);
    }

    private static int[] nextUses(Trace trace) {
        int[] pages = trace.pages();
        int[] next = new int[pages.length];
        int[] seen = new int[trace.distinctPages()];
        Arrays.fill(seen, NEVER);
        for (int i = pages.length - 1; i >= 0; i--) {
            next[i] = seen[pages[i]];
            seen[pages[i]] = i;
        }
        return next;
    }

    @Override
    public boolean touch(int page) {
        int next = nextUses[now++];
        nextUse[page] = next;
        if (positions[page] != ABSENT) {
            siftUp(positions[page], page); // the use that has just been is over: the next is later
            return true;
        }
        if (size == heap.length) {
            positions[heap[0]] = ABSENT;
            siftDown(page);
        } else {
            siftUp(size++, page);
        }
        return false;
    }

    private void siftUp(int from, int page) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (nextUse[heap[parent]] >= nextUse[page]) {
                break;
            }
            put(at, heap[parent]);
            at = parent;
        }
        put(at, page);
    }

    private void siftDown(int page) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && nextUse[heap[child + 1]] > nextUse[heap[child]]) {
                child++;
            }
            if (nextUse[page] >= nextUse[heap[child]]) {
                break;
            }
            put(at, heap[child]);
            at = child;
        }
        put(at, page);
    }

    private void put(int at, int page) {
        heap[at] = page;
        positions[page] = at;
    }
}
