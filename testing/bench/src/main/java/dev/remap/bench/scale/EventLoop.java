// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Carries out actions in order of their times, those of one time in the order they were asked for. Confined to one thread. */
final class EventLoop {
    private static final Comparator<Event> BY_TIME =
            Comparator.comparingDouble(Event::timeNs).thenComparingLong(Event::number);

    private final PriorityQueue<Event> events = new PriorityQueue<>(BY_TIME);
    private double nowNs;
    private long numbers;

    private record Event(double timeNs, long number, Runnable action) {}

    /** The time of the action that is being carried out. */
    double nowNs() {
        return nowNs;
    }

    /** Has an action carried out so much later. */
    void after(double delayNs, Runnable action) {
        if (!(delayNs >= 0)) {
            throw new IllegalArgumentException("a delay of " + delayNs + " ns");
        }
        events.add(new Event(nowNs + delayNs, numbers++, action));
    }

    /** Carries out all that is due until then. */
    void runUntil(double timeNs) {
        for (Event event = events.peek(); event != null && event.timeNs <= timeNs; event = events.peek()) {
            events.remove();
            nowNs = event.timeNs;
            event.action.run();
        }
        nowNs = timeNs;
    }
}
