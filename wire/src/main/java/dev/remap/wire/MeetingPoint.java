// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.GetRandom;
import dev.remap.linux.PeerCredentials;
import dev.remap.linux.UnixSocket;
import java.io.IOException;
import java.util.HexFormat;

/**
 * Where a process meets one that it has started: an abstract socket with a random name. It leaves no file behind, and both sides check by
 * SO_PEERCRED that the other is the process they expect, of the same user.
 */
public final class MeetingPoint implements AutoCloseable {
    private static final int ACCEPT_STEP_MS = 50;

    private final String name;
    private final int listener;

    private MeetingPoint(String name, int listener) {
        this.name = name;
        this.listener = listener;
    }

    /** Listens under a new name. */
    public static MeetingPoint open() throws IOException {
        HexFormat hex = HexFormat.of();
        String name = "remap-".concat(hex.toHexDigits(GetRandom.next())).concat(hex.toHexDigits(GetRandom.next()));
        long listener = UnixSocket.listenAbstract(name);
        if (listener < 0) {
            throw new IOException("listen on a Unix socket: " + Errno.name(listener));
        }
        return new MeetingPoint(name, (int) listener);
    }

    /** What the other process is told. */
    public String name() {
        return name;
    }

    /** The socket of the process with this id, for the caller to close; -1 if it has not come within 50 ms. Others are turned away. */
    public int tryAccept(long pid) {
        long socket = UnixSocket.accept(listener, ACCEPT_STEP_MS);
        if (socket < 0) {
            return -1;
        }
        if (isPeer((int) socket, pid)) {
            return (int) socket;
        }
        FileIo.close((int) socket);
        return -1;
    }

    /**
     * The other side: a socket to whoever listens under a name, for the caller to close.
     *
     * @throws IOException if nobody does, or another process or user than expected
     */
    public static int connect(String name, long pid) throws IOException {
        long socket = UnixSocket.connectAbstract(name);
        if (socket < 0) {
            throw new IOException("connect to socket @" + name + ": " + Errno.name(socket));
        }
        if (!isPeer((int) socket, pid)) {
            PeerCredentials peer = UnixSocket.peerCredentials((int) socket);
            FileIo.close((int) socket);
            throw new IOException("socket @" + name + " belongs to process " + peer.pid() + " of user " + peer.uid()
                    + ", not to process " + pid + " of user "
                    + PeerCredentials.self().uid());
        }
        return (int) socket;
    }

    private static boolean isPeer(int socket, long pid) {
        PeerCredentials peer = UnixSocket.peerCredentials(socket);
        return peer.pid() == pid && peer.uid() == PeerCredentials.self().uid();
    }

    @Override
    public void close() {
        FileIo.close(listener);
    }
}
