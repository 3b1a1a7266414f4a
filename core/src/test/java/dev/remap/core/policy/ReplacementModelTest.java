// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds each policy to a model that knows only which pages are tracked and which are candidates. */
class ReplacementModelTest {

    private static final int PAGES = 96;
    private static final int OPERATIONS = 3_000;

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final BitSet tracked = new BitSet(PAGES);
    private final BitSet candidates = new BitSet(PAGES);
    private final ArrayMarks marks = new ArrayMarks(PAGES);

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void policyAgreesWithTheModelAfterEachRandomOperation(String name) {
        System.out.printf("model check of %s, seed %d%n", name, seed);
        try (ReplacementPolicy policy = ReplacementPolicies.named(name, marks)) {
            for (int i = 0; i < OPERATIONS; i++) {
                String operation = randomOperation(policy);
                check(policy, "seed %d, operation %d: %s".formatted(seed, i, operation));
            }
            drain(policy);
        }
    }

    /** In the order of a page's life most of the time, with unexpected events in between. */
    private String randomOperation(ReplacementPolicy policy) {
        int page = random.nextInt(PAGES);
        int kind = random.nextInt(100);
        if (kind < 30) {
            policy.admit(page);
            track(page);
            return "admit " + page;
        } else if (kind < 60) {
            return candidate(policy);
        } else if (kind < 75) {
            int touched = kind < 73 ? aCandidateOr(page) : page;
            policy.readmit(touched);
            track(touched);
            return "readmit " + touched;
        } else if (kind < 92) {
            int evicted = kind < 90 ? aCandidateOr(page) : page;
            policy.evict(evicted);
            leave(evicted);
            return "evict " + evicted;
        }
        policy.forget(page);
        leave(page);
        return "forget " + page;
    }

    private String candidate(ReplacementPolicy policy) {
        long page = policy.candidate();
        if (tracked.isEmpty()) {
            assertThat(page).as("seed %d", seed).isEqualTo(ReplacementPolicy.NONE);
            return "candidate none";
        }
        assertThat(page >= 0 && tracked.get((int) page))
                .as("seed %d: candidate %d is tracked", seed, page)
                .isTrue();
        tracked.clear((int) page);
        candidates.set((int) page);
        return "candidate " + page;
    }

    private void check(ReplacementPolicy policy, String description) {
        BitSet markedTracked = new BitSet(PAGES);
        BitSet markedCandidates = new BitSet(PAGES);
        long entryBits = 0;
        long markedGhosts = 0;
        for (int page = 0; page < PAGES; page++) {
            int mark = marks.get(page);
            markedTracked.set(page, isTracked(policy, mark));
            markedCandidates.set(page, isCandidate(policy, mark));
            markedGhosts += isGhost(policy, mark) ? 1 : 0;
            entryBits += Integer.bitCount(mark & entryBits(policy));
        }
        assertThat(policy.size()).as(description).isEqualTo(tracked.cardinality());
        assertThat(ghosts(policy)).as(description).isEqualTo(markedGhosts);
        assertThat(markedTracked).as(description).isEqualTo(tracked);
        assertThat(markedCandidates).as(description).isEqualTo(candidates);
        assertThat(entries(policy))
                .as(description + ": one ring entry for each entry bit")
                .isEqualTo(entryBits);
    }

    private void drain(ReplacementPolicy policy) {
        while (!tracked.isEmpty()) {
            candidate(policy);
        }
        assertThat(policy.candidate()).as("seed %d", seed).isEqualTo(ReplacementPolicy.NONE);
    }

    private int aCandidateOr(int page) {
        int candidate = candidates.nextSetBit(page);
        return candidate >= 0 ? candidate : page;
    }

    private void track(int page) {
        tracked.set(page);
        candidates.clear(page);
    }

    private void leave(int page) {
        tracked.clear(page);
        candidates.clear(page);
    }

    private static boolean isTracked(ReplacementPolicy policy, int mark) {
        return switch (policy) {
            case S3Fifo _ -> is(mark, S3Fifo.STATE, S3Fifo.SMALL, S3Fifo.MAIN);
            case ClockPro _ -> is(mark, ClockPro.STATE, ClockPro.COLD, ClockPro.HOT);
            default -> is(mark, Clock.STATE, Clock.TRACKED, Clock.TRACKED);
        };
    }

    private static boolean isCandidate(ReplacementPolicy policy, int mark) {
        return switch (policy) {
            case S3Fifo _ -> is(mark, S3Fifo.STATE, S3Fifo.CANDIDATE_OF_SMALL, S3Fifo.CANDIDATE_OF_MAIN);
            case ClockPro _ -> is(mark, ClockPro.STATE, ClockPro.CANDIDATE_OF_COLD, ClockPro.CANDIDATE_OF_HOT);
            default -> is(mark, Clock.STATE, Clock.CANDIDATE, Clock.CANDIDATE);
        };
    }

    private static boolean isGhost(ReplacementPolicy policy, int mark) {
        return switch (policy) {
            case S3Fifo _ -> is(mark, S3Fifo.STATE, S3Fifo.GHOST, S3Fifo.GHOST);
            case ClockPro _ -> is(mark, ClockPro.STATE, ClockPro.TEST, ClockPro.TEST);
            default -> false;
        };
    }

    private static boolean is(int mark, int mask, int oneState, int orAnother) {
        int state = mark & mask;
        return state == oneState || state == orAnother;
    }

    private static int entryBits(ReplacementPolicy policy) {
        return switch (policy) {
            case S3Fifo _ -> S3Fifo.ENTRIES;
            case ClockPro _ -> ClockPro.ENTRIES;
            default -> Clock.ENTRY;
        };
    }

    private static long entries(ReplacementPolicy policy) {
        return switch (policy) {
            case S3Fifo s3Fifo -> s3Fifo.entries();
            case ClockPro clockPro -> clockPro.entries();
            default -> ((Clock) policy).entries();
        };
    }

    private static long ghosts(ReplacementPolicy policy) {
        return switch (policy) {
            case S3Fifo s3Fifo -> s3Fifo.ghosts();
            case ClockPro clockPro -> clockPro.inTest();
            default -> 0;
        };
    }
}
