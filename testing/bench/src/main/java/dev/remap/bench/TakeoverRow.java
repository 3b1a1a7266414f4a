// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;

/** Takeovers with a small and a large region by turns, and what each page between them adds. */
final class TakeoverRow {
    private static final String COMMAND = "scale";
    private static final String SIDE = "Remap";
    private static final long SMALL = 64L << 20;
    private static final long LARGE = 1L << 30;
    private static final int ROUNDS = 3;

    private TakeoverRow() {}

    /** Answers the row as text, and adds its figures to {@code results}. */
    static String[] measure(TakeoverTimes.Where where, Console console, boolean quick, Results results)
            throws IOException, InterruptedException {
        int rounds = quick ? 1 : ROUNDS;
        double[] small = new double[rounds];
        double[] large = new double[rounds];
        double[] page = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            console.progress("takeover of pages " + where.words() + ", round " + (round + 1) + " of " + rounds);
            small[round] = TakeoverTimes.measure(where, SMALL);
            large[round] = TakeoverTimes.measure(where, LARGE);
            page[round] = (large[round] - small[round]) * ReferencePages.PAGE / (LARGE - SMALL);
        }
        Spread smallNs = Spread.range(small);
        Spread largeNs = Spread.range(large);
        Spread pageNs = Spread.range(page);
        String of = where.words() + ": ";
        results.add(ResultRow.of(COMMAND, "takeover, " + of + (SMALL >> 20) + " MiB", SIDE, "ns", rounds, smallNs));
        results.add(ResultRow.of(COMMAND, "takeover, " + of + (LARGE >> 20) + " MiB", SIDE, "ns", rounds, largeNs));
        results.add(ResultRow.of(COMMAND, "takeover, " + of + "a further page", SIDE, "ns", rounds, pageNs));
        return new String[] {where.words(), text(smallNs), text(largeNs), text(pageNs)};
    }

    private static String text(Spread ns) {
        return ns.text(Unit.of(ns.median()));
    }
}
