// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;

/**
 * Random stores and loads on words of which each process owns every n-th, on every page. A word holds how often its owner has stored to it:
 * its own must be what they were last, those of others may only grow. A lost store, whosever, is seen by both.
 */
final class SharedModel {
    private static final VarHandle LONG = JAVA_LONG.varHandle();
    private static final int WORDS_A_PAGE = 8;

    private final MemorySegment segment;
    private final int lane;
    private final int lanes;
    private final long[] seen;

    SharedModel(MemorySegment segment, int lane, int lanes) {
        this.segment = segment;
        this.lane = lane;
        this.lanes = lanes;
        seen = new long[(int) (segment.byteSize() / Pages.SIZE) * WORDS_A_PAGE];
        for (int word = 0; word < seen.length; word++) {
            seen[word] = get(word);
        }
    }

    /** Answers how many words were wrong, and of how many. */
    String run(long seed, int rounds) {
        SplittableRandom random = new SplittableRandom(seed);
        long wrong = 0;
        for (int i = 0; i < rounds; i++) {
            int word = random.nextInt(seen.length);
            wrong += isWrong(word) ? 1 : 0;
            if (isOwn(word) && random.nextBoolean()) {
                seen[word]++;
                LONG.setVolatile(segment, offset(word), seen[word]);
            }
        }
        for (int word = 0; word < seen.length; word++) {
            wrong += isWrong(word) ? 1 : 0;
        }
        return wrong + " wrong of " + (rounds + seen.length);
    }

    private boolean isWrong(int word) {
        long now = get(word);
        boolean wrong = isOwn(word) ? now != seen[word] : now < seen[word];
        seen[word] = now;
        return wrong;
    }

    private boolean isOwn(int word) {
        return word % lanes == lane;
    }

    private long get(int word) {
        return (long) LONG.getVolatile(segment, offset(word));
    }

    /** Behind what else is on a page. */
    private static long offset(int word) {
        return (long) (word / WORDS_A_PAGE) * Pages.SIZE
                + (long) (word % WORDS_A_PAGE + 1) * Pages.SIZE / (WORDS_A_PAGE + 1) / Long.BYTES * Long.BYTES;
    }
}
