// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Queue;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * When the garbage collector has paused this JVM lately, by {@link System#nanoTime}, exact to a millisecond. What collectors do beside the
 * program is no pause. A pause is known a moment after its end. Thread-safe.
 */
final class GcPauses implements NotificationListener, AutoCloseable {
    private static final int MOST = 4096;
    private static final long NS_PER_MS = 1_000_000;

    private final Queue<Pause> pauses = new ArrayDeque<>();
    private final long startNs =
            System.nanoTime() - ManagementFactory.getRuntimeMXBean().getUptime() * NS_PER_MS;

    private record Pause(long fromNs, long toNs) {}

    private GcPauses() {}

    static GcPauses listen() {
        GcPauses made = new GcPauses();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            boolean isBeside = collector.getName().contains("Concurrent")
                    || collector.getName().contains("Cycles");
            if (!isBeside && collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(made, null, null);
            }
        }
        return made;
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
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                stop(emitter);
            }
        }
    }

    private void stop(NotificationEmitter emitter) {
        try {
            emitter.removeNotificationListener(this);
        } catch (ListenerNotFoundException e) {
            System.getLogger(GcPauses.class.getName())
                    .log(System.Logger.Level.TRACE, "one that collects beside the program", e);
        }
    }
}
