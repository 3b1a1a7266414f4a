// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

/**
 * How far a phase has come: a bar that is redrawn in place on a terminal, a line every few seconds at most in a pipe. To be told often; it
 * decides itself when to draw. Not thread-safe.
 */
final class Progress {
    private static final long REDRAW_NS = 80_000_000;
    private static final long SAY_NS = 3_000_000_000L;

    private final Screen screen;
    private final String label;
    private final long total;
    private final String unit;
    private final long startedNs = System.nanoTime();
    private long shownNs = startedNs;

    /** Starts the clock; {@code total} is how many {@code unit} ("rows") there will be, about. */
    Progress(Screen screen, String label, long total, String unit) {
        this.screen = screen;
        this.label = label;
        this.total = Math.max(1, total);
        this.unit = unit;
        if (screen.terminal()) {
            screen.redraw(drawing(0));
        }
    }

    /** So many are done. */
    void at(long done) {
        long now = System.nanoTime();
        if (now - shownNs < (screen.terminal() ? REDRAW_NS : SAY_NS)) {
            return;
        }
        shownNs = now;
        if (screen.terminal()) {
            screen.redraw(drawing(done));
        } else {
            screen.line(Units.format("  %-6s %12s %-6s %3d %%", label, Units.count(done), unit, percent(done)));
        }
    }

    /** Ends the phase: the bar gives way to a line that stays. Returns the seconds it took. */
    double finish(long done, long bytes) {
        double seconds = seconds();
        String line = Units.format(
                "  %-6s %12s %-6s %10s %14s",
                label, Units.count(done), unit, Units.seconds(seconds), bytes > 0 ? Units.rate(bytes, seconds) : "");
        if (screen.terminal()) {
            screen.redraw("");
        }
        screen.line(line.stripTrailing());
        return seconds;
    }

    /** Seconds since the start. */
    double seconds() {
        return (System.nanoTime() - startedNs) / 1e9;
    }

    private String drawing(long done) {
        String tail =
                Units.format(" %3d %%  %12s %s  %7s", percent(done), Units.count(done), unit, Units.seconds(seconds()));
        int width = Math.max(10, screen.columns() - 11 - tail.length());
        return Units.format("  %-6s ", label) + screen.bar((double) done / total, width) + tail;
    }

    private long percent(long done) {
        return Math.min(100, done * 100 / total);
    }
}
