// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.PeerCredentials;
import dev.remap.linux.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The socket file that applications come to, in a directory that only this user can change. */
final class ListeningSocket implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ListeningSocket.class.getName());
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> EVERYBODY = PosixFilePermissions.fromString("rw-rw-rw-");
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path path;
    private final int fd;

    private ListeningSocket(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Listens, in the place of a broker that has ended if there was one.
     *
     * @param othersToo whether users other than this one may connect; who is admitted is decided later
     * @throws IOException if another broker listens there, the directory is not safe, or it cannot be written; the message says what to do
     */
    static ListeningSocket open(Path path, boolean othersToo) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new IOException(absolute + " is no place for a socket");
        }
        requireSafe(directory);
        removeStale(absolute);
        long fd = UnixSocket.bind(absolute);
        if (fd < 0) {
            throw new IOException("socket " + absolute + ": " + Errno.name(fd) + "; choose another with --socket");
        }
        ListeningSocket made = new ListeningSocket(absolute, (int) fd);
        boolean listens = false;
        try {
            Files.setPosixFilePermissions(absolute, othersToo ? EVERYBODY : OWNER);
            long result = UnixSocket.listen((int) fd);
            if (result < 0) {
                throw new IOException("listen on " + absolute + ": " + Errno.name(result));
            }
            listens = true;
            return made;
        } finally {
            if (!listens) {
                made.close();
            }
        }
    }

    /** Whoever may write to the directory may put another socket in the place of this one. */
    private static void requireSafe(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(directory + " is no directory: make it, with mode 755, for the broker's socket");
        }
        Map<String, Object> attributes = Files.readAttributes(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        boolean mine =
                Objects.equals(attributes.get("uid"), PeerCredentials.self().uid());
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        if (!mine || permissions.stream().anyMatch(OTHERS_WRITE::contains)) {
            throw new IOException(
                    "others can write to " + directory + ", or it belongs to user " + attributes.get("uid")
                            + ": they could pose as the broker. Give --socket in a directory of this user's with mode 755");
        }
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        long other = UnixSocket.connect(path);
        if (other >= 0) {
            FileIo.close((int) other);
            throw new IOException("a broker listens on " + path + " already: end it, or choose another with --socket");
        }
        if (other != -Errno.ECONNREFUSED || Files.isSymbolicLink(path)) {
            throw new IOException(path + " is there and is no broker's socket (" + Errno.name(other)
                    + "): remove it, or choose another with --socket");
        }
        Files.delete(path);
    }

    /** The next application's socket; -1 if none comes within the time. */
    int accept(int timeoutMs) throws IOException {
        long socket = UnixSocket.accept(fd, timeoutMs);
        if (socket >= 0 || socket == -Errno.ETIMEDOUT) {
            return (int) Math.max(socket, -1);
        }
        if (socket == -Errno.EMFILE || socket == -Errno.ENFILE || socket == -Errno.ENOMEM || socket == -Errno.ENOBUFS) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "no application can be admitted: {0}; raise ulimit -n",
                    Errno.name(socket));
            return -1;
        }
        throw new IOException("accept on " + path + ": " + Errno.name(socket));
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the socket's file stays", e);
        }
        FileIo.close(fd);
    }
}
