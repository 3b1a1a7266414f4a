// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import java.util.Arrays;

/**
 * For each size class, circular lists of its partly used chunks, by how full they are: zsmalloc's fullness groups. Full chunks are in
 * none. Stores take from the fullest group, so that sparse chunks drain by themselves; compaction drains the sparsest.
 */
final class FullnessLists {
    static final int NONE = ChunkTable.NONE;

    private static final int GROUPS = 8;

    private final int[] heads = new int[SizeClasses.COUNT * GROUPS];
    private final ChunkTable chunks;

    FullnessLists(ChunkTable chunks) {
        this.chunks = chunks;
        Arrays.fill(heads, NONE);
    }

    /** A chunk of the class with a free slot, from the fullest group that has one; else {@link #NONE}. */
    int fullest(int sizeClass) {
        for (int group = GROUPS - 1; group >= 0; group--) {
            int head = heads[sizeClass * GROUPS + group];
            if (head != NONE) {
                return head;
            }
        }
        return NONE;
    }

    /** A chunk from the emptiest group, not the one {@link #fullest} answers if there is another; else {@link #NONE}. */
    int sparsest(int sizeClass) {
        for (int group = 0; group < GROUPS; group++) {
            int head = heads[sizeClass * GROUPS + group];
            if (head != NONE) {
                return chunks.previous(head);
            }
        }
        return NONE;
    }

    /** The chunk after {@code chunk} in its group; the first again after the last. */
    int nextInGroup(int chunk) {
        return chunks.next(chunk);
    }

    /** Puts a chunk where it belongs after its used slots have changed from {@code before}. */
    void moved(int chunk, int before) {
        int sizeClass = chunks.sizeClass(chunk);
        int slots = SizeClasses.slots(sizeClass);
        int from = group(before, slots);
        int to = group(chunks.used(chunk), slots);
        if (from == to) {
            return;
        }
        if (from != NONE) {
            unlink(sizeClass * GROUPS + from, chunk);
        }
        if (to != NONE) {
            link(sizeClass * GROUPS + to, chunk);
        }
    }

    private static int group(int used, int slots) {
        return used == 0 || used == slots ? NONE : used * GROUPS / slots;
    }

    private void link(int list, int chunk) {
        int head = heads[list];
        if (head == NONE) {
            chunks.chain(chunk, chunk);
        } else {
            chunks.chain(chunks.previous(head), chunk);
            chunks.chain(chunk, head);
        }
        heads[list] = chunk;
    }

    private void unlink(int list, int chunk) {
        int next = chunks.next(chunk);
        if (next == chunk) {
            heads[list] = NONE;
            return;
        }
        chunks.chain(chunks.previous(chunk), next);
        if (heads[list] == chunk) {
            heads[list] = next;
        }
    }
}
