// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Pidfd;
import dev.remap.linux.PollSet;
import dev.remap.linux.UffdPort;
import dev.remap.wire.Connection;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.MeetingPoint;
import dev.remap.wire.Received;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A process that only holds descriptors of an application's, and ends its faults when the last manager has died: cuts each region's memfd
 * to zero bytes, and has its range reported no more, which wakes who waits there into a bus error. For hosts that do not permit io_uring,
 * where the kernel would do the same.
 */
final class Warden {
    private static final System.Logger LOG = System.getLogger(Warden.class.getName());
    private static final String SESSION = "warden";
    private static final String REGIONS = "region";
    private static final int CHANNEL = 0;
    private static final int APPLICATION = 1;
    private static final int PIPE = 2;

    private final Connection<KeeperMessage, KeeperMessage> channel;
    private final int socket;
    private final int application;
    private final Keepsakes keepsakes = new Keepsakes();
    private PollSet events;
    private boolean dismissed;

    private Warden(int socket, int application) {
        this.socket = socket;
        this.application = application;
        channel = Connection.keeperChannel(socket);
        events = new PollSet(socket, application);
    }

    /** Holds what an application sends until it ends, or its managers do. */
    static void run(String socketName, int applicationPid) throws IOException {
        long application = Pidfd.open(applicationPid);
        if (application < 0) {
            throw new IOException("pidfd_open of the application: " + Errno.name(application));
        }
        new Warden(MeetingPoint.connect(socketName, applicationPid), (int) application).hold();
    }

    private void hold() throws IOException {
        while (!dismissed) {
            events.await(-1);
            if (events.readable(APPLICATION)) {
                return;
            }
            if (events.readable(CHANNEL) || events.hangup(CHANNEL)) {
                take();
            } else if (session() != null && events.hangup(PIPE)) {
                endFaults();
                return;
            }
        }
    }

    /** Takes one message in. The end of the channel is the application's, or its wish. */
    private void take() throws IOException {
        Received<KeeperMessage> received = channel.receive();
        if (received == null) {
            dismissed = true;
            return;
        }
        switch (received.message()) {
            case KeeperMessage.Keep keep -> {
                keepsakes.put(keep.key(), new Keepsakes.Kept(keep.value(), received.fds()));
                Keepsakes.Kept session = session();
                if (session != null) {
                    events = new PollSet(socket, application, session.fds()[1]);
                }
            }
            case KeeperMessage.Drop drop -> keepsakes.drop(drop.key());
            default -> dismissed = true;
        }
    }

    private Keepsakes.@Nullable Kept session() {
        return keepsakes.get(SESSION);
    }

    private void endFaults() {
        LOG.log(
                System.Logger.Level.ERROR,
                "no manager is left: touches of all regions end in InternalError from now on");
        Keepsakes.Kept session = session();
        if (session == null) {
            return;
        }
        try (UffdPort port = new UffdPort(session.fds()[0])) {
            for (String key : keepsakes.keysUnder(REGIONS)) {
                Keepsakes.Kept region = keepsakes.get(key);
                if (region != null) {
                    ByteBuffer range = ByteBuffer.wrap(region.value());
                    FileIo.ftruncate(region.fds()[0], 0);
                    port.unregister(range.getLong(), range.getLong());
                }
            }
        }
    }
}
