// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/** A unit of time. */
enum Unit {
    NS("ns", 1),
    US("us", 1e3),
    MS("ms", 1e6);

    private final String symbol;
    private final double ns;

    Unit(String symbol, double ns) {
        this.symbol = symbol;
        this.ns = ns;
    }

    /** The one in which a time has one to three digits before the point. */
    static Unit of(double timeNs) {
        if (timeNs < 1000) {
            return NS;
        }
        return timeNs < 1e6 ? US : MS;
    }

    String symbol() {
        return symbol;
    }

    double ns() {
        return ns;
    }

    /** "14.1 us". */
    static String text(double timeNs) {
        Unit unit = of(timeNs);
        double value = timeNs / unit.ns;
        return Format.of(value < 100 ? "%.1f %s" : "%.0f %s", value, unit.symbol);
    }
}
