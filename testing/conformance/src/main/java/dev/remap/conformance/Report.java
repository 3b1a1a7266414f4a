// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import java.io.PrintStream;

/** One line a test, and totals. Not thread-safe. */
final class Report {
    private static final int NAME_WIDTH = 48;
    private static final long NS_PER_MS = 1_000_000;

    private final PrintStream out;
    private int passed;
    private int failed;
    private int skipped;

    Report(PrintStream out) {
        this.out = out;
    }

    void passed(String over, String name, String counterpart, long tookNs) {
        passed++;
        line("pass", over, name, counterpart, tookNs / NS_PER_MS + " ms");
    }

    void skipped(String over, String name, String counterpart, String reason) {
        skipped++;
        line("skip", over, name, counterpart, reason);
    }

    void failed(String over, String name, String counterpart, Throwable why) {
        failed++;
        line("FAIL", over, name, counterpart, why.toString());
        if (!(why instanceof Failure)) {
            why.printStackTrace(out);
        }
    }

    private void line(String result, String over, String name, String counterpart, String more) {
        out.printf("%s  %-18s %-" + NAME_WIDTH + "s [%s]  %s%n", result, over, name, counterpart, more);
    }

    /** Prints the totals; answers whether nothing failed and something passed. */
    boolean end() {
        out.printf("%n%d passed, %d failed, %d skipped%n", passed, failed, skipped);
        return failed == 0 && passed > 0;
    }
}
