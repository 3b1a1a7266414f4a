// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.wire.Connection;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.PatientChannel;
import dev.remap.wire.Received;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A manager's standby, as the manager sees it: starts one, tells it what is to be kept, and starts another when it has died. The counters
 * say when there is one that could take over. A standby that does not read for a second is given up.
 */
final class StandbyLink implements Keepsakes.Copy, Runnable {
    private static final System.Logger LOG = System.getLogger(StandbyLink.class.getName());
    private static final long NOBODY = 0;
    private static final long RESTART_PAUSE_NS = 200_000_000;
    private static final long AFTER_TAKEOVER_NS = 300_000_000;
    private static final long LONGEST_RESTART_PAUSE_NS = 30_000_000_000L;
    private static final long SEND_PATIENCE_NS = 1_000_000_000;
    private static final long FAREWELL_MS = 2000;

    private final Keepsakes keepsakes;
    private final MemorySegment counters;
    private final boolean afterTakeover;
    private volatile boolean ending;
    private volatile @Nullable Connection<KeeperMessage, KeeperMessage> channel;
    private volatile @Nullable Process process;

    /** A link; {@code afterTakeover} says that there is something more urgent to do at first than to start a JVM. */
    StandbyLink(Keepsakes keepsakes, MemorySegment counters, boolean afterTakeover) {
        this.keepsakes = keepsakes;
        this.counters = counters;
        this.afterTakeover = afterTakeover;
    }

    @Override
    public void run() {
        if (afterTakeover) {
            LockSupport.parkNanos(AFTER_TAKEOVER_NS);
        }
        long pauseNs = RESTART_PAUSE_NS;
        while (!ending) {
            try {
                boolean wasReady = serveOne();
                pauseNs = wasReady ? RESTART_PAUSE_NS : Math.min(2 * pauseNs, LONGEST_RESTART_PAUSE_NS);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "no standby could be started: " + e.getMessage(), e);
                pauseNs = Math.min(2 * pauseNs, LONGEST_RESTART_PAUSE_NS);
            }
            publish(NOBODY);
            if (!ending) {
                LockSupport.parkNanos(pauseNs);
            }
        }
    }

    /** Answers whether the standby was ready before it died. */
    private boolean serveOne() throws IOException {
        StandbyProcess started = StandbyProcess.start();
        Connection<KeeperMessage, KeeperMessage> connection = Connection.keeperChannel(started.socket());
        process = started.process();
        channel = connection;
        boolean ready = false;
        try {
            keepsakes.attach(this);
            for (Received<KeeperMessage> received = connection.receive();
                    received != null;
                    received = connection.receive()) {
                if (received.message() instanceof KeeperMessage.Ready) {
                    ready = true;
                    publish(started.process().pid());
                }
            }
        } finally {
            publish(NOBODY);
            keepsakes.detach(this);
            channel = null;
            connection.close();
            started.process().destroyForcibly();
            ScratchDirectory.remove(started.scratch().toFile());
        }
        if (!ending) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the standby, process {0}, has ended; another is started",
                    started.process().pid());
        }
        return ready;
    }

    @Override
    public void kept(String key, byte[] value, int[] fds) {
        send(new KeeperMessage.Keep(key, value), fds);
    }

    @Override
    public void dropped(String key) {
        send(new KeeperMessage.Drop(key));
    }

    @Override
    public void ready() {
        send(new KeeperMessage.Ready());
    }

    private void send(KeeperMessage message, int... fds) {
        Connection<KeeperMessage, KeeperMessage> to = channel;
        if (to == null) {
            return;
        }
        try {
            new PatientChannel(to, SEND_PATIENCE_NS).send(0, message, fds);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the standby is given up: " + e.getMessage());
            publish(NOBODY);
            to.shutdown();
        }
    }

    /** Tells the standby that nobody is to take over, and waits for its end. */
    void farewell() {
        ending = true;
        Process last = process;
        if (last == null) {
            return;
        }
        send(new KeeperMessage.Farewell());
        try {
            if (!last.waitFor(FAREWELL_MS, TimeUnit.MILLISECONDS)) {
                last.destroyForcibly();
            }
        } catch (InterruptedException e) {
            last.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void publish(long pid) {
        counters.set(ValueLayout.JAVA_LONG, CountersLayout.STANDBY_PID, pid);
    }
}
