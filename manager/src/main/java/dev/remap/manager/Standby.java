// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.linux.Errno;
import dev.remap.linux.Pidfd;
import dev.remap.linux.PollSet;
import dev.remap.wire.Connection;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.MeetingPoint;
import dev.remap.wire.Received;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The process that takes over when the manager dies. Until then it keeps duplicates of the manager's descriptors, and knows nothing of
 * what is in them.
 *
 * <p>A manager is dead when its process has ended, by whatever cause; and when it has not written its heartbeat for two seconds, as one
 * that was stopped or hangs does not. That one is killed first: nobody may change pages beside its successor. A machine that was paused
 * has paused the standby as well, which then grants another two seconds.
 *
 * <p>What the manager had sent before it died is read before anything else is done. A standby that has not been told everything by then
 * leaves it: it would serve some of the regions, and touches of the others would wait for ever.
 *
 * <p>Before it says that it is ready it {@linkplain Rehearsal rehearses}. It reads what it is sent meanwhile, since the manager waits for
 * room in the channel, and takes over without having rehearsed if it must.
 */
final class Standby {
    private static final System.Logger LOG = System.getLogger(Standby.class.getName());
    private static final int STEP_MS = 100;
    private static final long STALE_HEARTBEAT_NS = 2_000_000_000L;
    private static final long OVERSLEPT_NS = 1_000_000_000L;
    private static final int DEATH_MS = 10_000;
    /** The end of a process closes its sockets a little before it counts as ended. */
    private static final int DEATH_AFTER_CLOSE_MS = 3000;

    /** Which of the descriptors that are waited for; the other one is the manager. */
    private static final int CHANNEL = 0;

    private final Connection<KeeperMessage, KeeperMessage> channel;
    private final int manager;
    private final PollSet events;
    private final Keepsakes keepsakes = new Keepsakes();
    private Session.@Nullable Prepared prepared;
    private @Nullable Rehearsal rehearsal;
    private boolean told;
    private boolean dismissed;

    private Standby(int socket, int manager) {
        channel = Connection.keeperChannel(socket);
        this.manager = manager;
        events = new PollSet(socket, manager);
    }

    /**
     * Waits for the manager's death.
     *
     * @return what it has left, or null if nobody is to take over
     * @throws IOException if it died before it had told everything, among others
     */
    static @Nullable Legacy await(String socketName, int managerPid) throws IOException {
        long manager = Pidfd.open(managerPid);
        if (manager == -Errno.ESRCH) {
            LOG.log(System.Logger.Level.DEBUG, "the manager has ended before its standby had started");
            return null;
        }
        if (manager < 0) {
            throw new IOException("pidfd_open of the manager, process " + managerPid + ": " + Errno.name(manager));
        }
        int socket;
        try {
            socket = MeetingPoint.connect(socketName, managerPid);
        } catch (IOException e) {
            if (hasEnded((int) manager, 0)) {
                LOG.log(System.Logger.Level.DEBUG, "the manager has ended before its standby had started", e);
                return null;
            }
            throw e;
        }
        return new Standby(socket, (int) manager).await();
    }

    /**
     * What a dead manager has left.
     *
     * @param prepared a session over it that is not started
     * @param diedNs when its death was noticed
     */
    record Legacy(Session.Prepared prepared, long diedNs) {}

    private @Nullable Legacy await() throws IOException {
        rehearsal = Rehearsal.open();
        long lookedNs = System.nanoTime();
        long graceNs = lookedNs; // silence before this is not the manager's fault
        while (true) {
            int count = events.await(rehearsal == null ? STEP_MS : 0);
            long nowNs = System.nanoTime();
            boolean alive = count <= 0 || (events.readable(CHANNEL) && takeMessage());
            if (!alive) {
                return awaitDeath() ? inherit(nowNs) : null;
            }
            if (dismissed) {
                return null;
            }
            if (count <= 0) {
                rehearse();
            }
            if (nowNs - lookedNs > OVERSLEPT_NS) {
                graceNs = nowNs;
            }
            lookedNs = nowNs;
            if (isSilent(graceNs, nowNs)) {
                LOG.log(System.Logger.Level.ERROR, "the manager has shown no life for two seconds and is killed");
                return fence() ? inherit(nowNs) : null;
            }
        }
    }

    /** Takes one message in; false if the channel has ended. */
    private boolean takeMessage() throws IOException {
        Received<KeeperMessage> received = channel.receive();
        if (received == null) {
            return false;
        }
        switch (received.message()) {
            case KeeperMessage.Keep keep -> keep(keep, received.fds());
            case KeeperMessage.Drop drop -> keepsakes.drop(drop.key());
            case KeeperMessage.Ready _ -> {
                told = true;
                answerIfReady();
            }
            case KeeperMessage.Farewell _ -> dismissed = true;
            default -> throw new IOException("not for a standby: " + received.message());
        }
        return true;
    }

    /** Plays a little more of the rehearsal, if there is more. */
    private void rehearse() {
        if (rehearsal != null && !rehearsal.step()) {
            rehearsal = null;
            answerIfReady();
        }
    }

    /** It is ready once it has been told everything and has rehearsed. */
    private void answerIfReady() {
        if (!told || rehearsal != null) {
            return;
        }
        Urgency.prepare();
        try {
            channel.send(0, new KeeperMessage.Ready());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the manager died before it could hear that its standby is ready", e);
        }
    }

    private void keep(KeeperMessage.Keep keep, int[] fds) throws IOException {
        keepsakes.put(keep.key(), new Keepsakes.Kept(keep.value(), fds));
        if (prepared == null && keep.key().equals(KeptLayout.SESSION)) {
            prepared = ApplicationSession.prepare(keepsakes);
        } else if (prepared == null && keep.key().equals(KeptLayout.SHARED)) {
            prepared = SharedSession.prepare(keepsakes);
        }
    }

    private boolean isSilent(long graceNs, long nowNs) {
        Session.Prepared session = prepared;
        long beatNs = session == null ? 0 : session.heartbeatNs();
        return beatNs != 0 && nowNs - Math.max(beatNs, graceNs) > STALE_HEARTBEAT_NS;
    }

    /** After the channel's end: whether the manager has died, or only has no use for this standby any more. */
    private boolean awaitDeath() {
        return !dismissed && hasEnded(manager, DEATH_AFTER_CLOSE_MS);
    }

    /** Ends a manager that does not end by itself. Only when it has ended is it sure that it changes nothing any more. */
    private boolean fence() {
        Pidfd.sendSignal(manager, Pidfd.SIGKILL);
        boolean ended = hasEnded(manager, DEATH_MS);
        if (!ended) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the manager does not end although it was killed: it hangs in the kernel, which its log may explain."
                            + " Nobody can take over");
        }
        return ended;
    }

    private static boolean hasEnded(int pidfd, int timeoutMs) {
        return new PollSet(pidfd).await(timeoutMs) > 0;
    }

    private @Nullable Legacy inherit(long diedNs) throws IOException {
        boolean more = true; // that it had sent
        while (more && !dismissed) {
            more = takeMessage();
        }
        channel.close();
        if (dismissed) {
            return null;
        }
        Rehearsal interrupted = rehearsal;
        if (interrupted != null) {
            interrupted.close();
        }
        Session.Prepared session = prepared;
        if (session == null || !told) {
            throw new IOException("the manager died before it had told its standby all that it serves");
        }
        return new Legacy(session, diedNs);
    }
}
