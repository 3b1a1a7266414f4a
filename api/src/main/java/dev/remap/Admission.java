// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.PeerCredentials;
import dev.remap.linux.UnixSocket;
import dev.remap.wire.Connection;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a broker has granted this process.
 *
 * @param connection to the manager that the broker starts for it
 * @param device a descriptor of {@code /dev/userfaultfd}, or {@link Faultfd#NOT_GRANTED}
 * @param dramBytes the budget to begin with
 * @param terms where it comes from, for people
 */
record Admission(Connection<Request, Reply> connection, int device, long dramBytes, String terms) {
    private static final long NS_PER_MS = 1_000_000;

    /** Asks the broker behind a socket. */
    static Admission ask(Path path, DefaultBudget wish, Duration timeout) throws RemapException {
        return Objects.requireNonNull(
                ask(path, new Request.Join(Protocol.VERSION, wish.bytes()), timeout), "a Join is not answered by Done");
    }

    /**
     * Asks it for a region that is shared.
     *
     * @param code a {@link dev.remap.wire.ClaimCode}
     * @return null if there is such a region, and it is not shared
     */
    static @Nullable Admission askRegion(
            Path path, int code, String name, String schema, DefaultBudget wish, Duration timeout)
            throws RemapException {
        return ask(path, new Request.JoinRegion(Protocol.VERSION, code, name, schema, wish.bytes()), timeout);
    }

    private static @Nullable Admission ask(Path path, Request request, Duration timeout) throws RemapException {
        int socket = connectTo(path);
        Connection<Request, Reply> connection = Connection.toManager(socket);
        boolean admitted = false;
        try {
            connection.send(1, request);
            long timeoutMs = Math.min(timeout.toNanos() / NS_PER_MS, Integer.MAX_VALUE);
            if (UnixSocket.awaitReadable(socket, (int) timeoutMs) == 0) {
                throw new RemapException(
                        RemapException.Category.DEADLINE,
                        "the broker behind " + path + " has not answered within " + timeout.toMillis() + " ms",
                        "Raise RemapConfig.openTimeout, or see what keeps it busy.");
            }
            Received<Reply> received = connection.receive();
            if (received == null) {
                throw new IOException("it has closed the connection");
            }
            if (request instanceof Request.JoinRegion && received.message() instanceof Reply.Done) {
                return null;
            }
            Admission admission = taken(connection, received);
            admitted = true;
            return admission;
        } catch (RemapException e) {
            throw e;
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.MANAGER_LOST,
                    "the broker behind " + path + " does not answer: " + e.getMessage(),
                    "Its log says why.",
                    e);
        } finally {
            if (!admitted) {
                connection.close();
            }
        }
    }

    private static Admission taken(Connection<Request, Reply> connection, Received<Reply> received)
            throws RemapException {
        int[] fds = ManagerLink.checked(received).fds();
        if (received.message() instanceof Reply.Admitted admitted && admitted.version() == Protocol.VERSION) {
            int device = fds.length > 0 ? fds[0] : Faultfd.NOT_GRANTED;
            return new Admission(connection, device, admitted.dramBytes(), admitted.terms());
        }
        IntStream.of(fds).forEach(FileIo::close);
        throw new RemapException(
                RemapException.Category.INCOMPATIBLE,
                "the broker answers " + received.message() + ", which this release does not understand",
                "Use the same release of both.");
    }

    private static int connectTo(Path path) throws RemapException {
        long socket = UnixSocket.connect(path.toAbsolutePath());
        if (socket < 0) {
            throw new RemapException(
                    socket == -Errno.EACCES ? RemapException.Category.PERMISSION : RemapException.Category.NOT_FOUND,
                    "connect to " + path + ": " + Errno.name(socket),
                    socket == -Errno.EACCES
                            ? "This user may not use that broker: `remap serve --user` admits others."
                            : "Start it: remap serve --socket " + path + ".");
        }
        int peer = UnixSocket.peerCredentials((int) socket).uid();
        if (peer != 0 && peer != PeerCredentials.self().uid() && peer != owner(path)) {
            FileIo.close((int) socket);
            throw new RemapException(
                    RemapException.Category.PERMISSION,
                    "behind " + path + " is a process of user " + peer + ", whose file that socket is not",
                    "Somebody may pose as the broker: use a socket in a directory that only its user can write to.");
        }
        return (int) socket;
    }

    /** Whose the directory is: who owns that decides what lies in it. */
    private static int owner(Path path) throws RemapException {
        try {
            Path directory = path.toAbsolutePath().getParent();
            return (Integer) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.PERMISSION,
                    "whose " + path + " is cannot be seen: " + e.getMessage(),
                    "Use a socket in a directory that this user can read.",
                    e);
        }
    }

    void closeDevice() {
        if (device != Faultfd.NOT_GRANTED) {
            FileIo.close(device);
        }
    }
}
