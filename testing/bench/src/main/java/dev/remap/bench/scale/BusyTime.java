// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

/** How many servers are at work, and how long they have been. Confined to one thread. */
final class BusyTime {
    private final EventLoop loop;
    private int busy;
    private double busyNs;
    private double sinceNs;
    private double measuredFromNs;

    BusyTime(EventLoop loop) {
        this.loop = loop;
    }

    /** One more, or with -1 one fewer, is at work from now on. */
    void add(int servers) {
        busyNs += busy * (loop.nowNs() - sinceNs);
        sinceNs = loop.nowNs();
        busy += servers;
    }

    /** How many are at work. */
    int busy() {
        return busy;
    }

    /** Forgets how busy they were until now. */
    void begin() {
        add(0);
        busyNs = 0;
        measuredFromNs = loop.nowNs();
    }

    /** How many were at work since {@link #begin}, on average. */
    double average() {
        add(0);
        return busyNs / (loop.nowNs() - measuredFromNs);
    }
}
