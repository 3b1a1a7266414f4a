// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

import java.util.ArrayDeque;
import java.util.Deque;

/** Servers of one kind with one queue, first come, first served: CPUs, a disk with so many requests under way. Confined to one thread. */
final class Station {
    private final EventLoop loop;
    private final int servers;
    private final Deque<Job> queue = new ArrayDeque<>();
    private final BusyTime busyTime;

    private record Job(double serviceNs, Runnable done) {}

    Station(EventLoop loop, int servers) {
        if (servers < 1) {
            throw new IllegalArgumentException(servers + " servers");
        }
        this.loop = loop;
        this.servers = servers;
        busyTime = new BusyTime(loop);
    }

    /** Has a server work so long as soon as one is free, then carries out {@code done}. */
    void serve(double serviceNs, Runnable done) {
        Job job = new Job(serviceNs, done);
        if (busyTime.busy() < servers) {
            start(job);
        } else {
            queue.add(job);
        }
    }

    private void start(Job job) {
        busyTime.add(1);
        loop.after(job.serviceNs, () -> end(job));
    }

    private void end(Job job) {
        busyTime.add(-1);
        Job next = queue.poll();
        if (next != null) {
            start(next);
        }
        job.done.run();
    }

    /** Forgets how busy the servers were until now. */
    void beginMeasuring() {
        busyTime.begin();
    }

    /** The share of the time since {@link #beginMeasuring} in which a server was at work. */
    double utilization() {
        return busyTime.average() / servers;
    }
}
