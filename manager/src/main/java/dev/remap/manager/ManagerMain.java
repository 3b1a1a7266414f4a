// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.linux.Errno;
import dev.remap.linux.PeerCredentials;
import dev.remap.linux.UnixSocket;
import dev.remap.wire.Connection;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;

/**
 * Remap's manager. An application starts it with the name of an abstract socket it listens on; the manager connects, checks that it
 * really is that application's socket, and serves it until it ends.
 */
public final class ManagerMain {
    private static final System.Logger LOG = System.getLogger(ManagerMain.class.getName());
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 70;

    private ManagerMain() {}

    /** Arguments: the socket's abstract name, the application's process id. */
    public static void main(String[] args) {
        if (args.length != 2) {
            System.err.println("usage: ManagerMain ABSTRACT-SOCKET APPLICATION-PID (started by dev.remap.Remap.open)");
            System.exit(EXIT_USAGE);
            return;
        }
        try {
            serve(args[0], Integer.parseInt(args[1]));
            ScratchDirectory.remove();
            Runtime.getRuntime().halt(0);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the manager ends: " + e.getMessage(), e);
            ScratchDirectory.remove();
            Runtime.getRuntime().halt(EXIT_FAILED);
        }
    }

    private static void serve(String socketName, int applicationPid) throws IOException {
        long socket = UnixSocket.connectAbstract(socketName);
        if (socket < 0) {
            throw new IOException("connect to the application's socket @" + socketName + ": " + Errno.name(socket));
        }
        PeerCredentials peer = UnixSocket.peerCredentials((int) socket);
        if (peer.pid() != applicationPid || peer.uid() != PeerCredentials.self().uid()) {
            throw new IOException("socket @" + socketName + " belongs to process " + peer.pid() + " of user "
                    + peer.uid() + ", not to process " + applicationPid + " of user "
                    + PeerCredentials.self().uid());
        }
        Connection<Reply, Request> connection = Connection.toApplication((int) socket);
        Received<Request> first = connection.receive();
        if (first != null && first.message() instanceof Request.Hello hello) {
            ApplicationSession session = ApplicationSession.start(connection, applicationPid, hello, first);
            if (session != null) {
                session.serve();
            }
        } else if (first != null) {
            throw new IOException("the application's first message is not Hello but " + first.message());
        }
    }
}
