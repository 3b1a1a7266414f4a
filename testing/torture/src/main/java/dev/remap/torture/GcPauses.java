// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * When the garbage collector has paused this JVM lately, by {@link System#nanoTime}, exact to a millisecond. What collectors do beside the
 * program is no pause. Thread-safe.
 */
final class GcPauses implements NotificationListener, AutoCloseable {
    private static final int MOST = 4096;
    private static final long NS_PER_MS = 1_000_000;
    private static final long PATIENCE_NS = 1_000_000_000;

    private final Queue<Pause> pauses = new ArrayDeque<>();
    private final long startNs =
            System.nanoTime() - ManagementFactory.getRuntimeMXBean().getUptime() * NS_PER_MS;

    /** Those whose work is pauses. */
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(each ->
                    !each.getName().contains("Concurrent") && !each.getName().contains("Cycles"))
            .toList();

    private final long countBefore = count();
    private long received;

    private record Pause(long fromNs, long toNs) {}

    private GcPauses() {}

    static GcPauses listen() {
        GcPauses made = new GcPauses();
        for (GarbageCollectorMXBean collector : made.collectors) {
            ((NotificationEmitter) collector).addNotificationListener(made, null, null);
        }
        return made;
    }

    private long count() {
        return collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    @Override
    public void handleNotification(Notification notification, @Nullable Object handback) {
        if (notification.getUserData() instanceof CompositeData data) {
            GcInfo info = GarbageCollectionNotificationInfo.from(data).getGcInfo();
            add(new Pause(startNs + info.getStartTime() * NS_PER_MS, startNs + info.getEndTime() * NS_PER_MS));
        }
    }

    private synchronized void add(Pause pause) {
        if (pauses.size() == MOST) {
            pauses.remove();
        }
        pauses.add(pause);
        received++;
        notifyAll();
    }

    /** Waits until all pauses that have been so far are known: word of one comes late where there is much to do. */
    synchronized void awaitKnown() throws InterruptedException {
        long wanted = count() - countBefore;
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (received < wanted && System.nanoTime() - deadlineNs < 0) {
            wait(1);
        }
    }

    /** How much of an interval has been pauses. */
    synchronized long within(long fromNs, long toNs) {
        long paused = 0;
        for (Pause pause : pauses) {
            paused += Math.max(0, Math.min(toNs, pause.toNs) - Math.max(fromNs, pause.fromNs));
        }
        return paused;
    }

    @Override
    public void close() {
        for (GarbageCollectorMXBean collector : collectors) {
            try {
                ((NotificationEmitter) collector).removeNotificationListener(this);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
