// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.FileIo;
import dev.remap.linux.UnixSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** An application's and a manager's end of one socket, and ways to misbehave on it. */
final class SocketPair implements AutoCloseable {
    final Connection<Request, Reply> application;
    final Connection<Reply, Request> manager;

    private final int applicationFd;

    SocketPair() {
        int[] fds = new int[2];
        assertThat(UnixSocket.socketpair(fds)).isNotNegative();
        applicationFd = fds[0];
        application = Connection.toManager(fds[0]);
        manager = Connection.toApplication(fds[1]);
    }

    /** Sends what no {@link Connection} would. */
    void sendRaw(byte[] bytes, int... fds) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, message, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
            assertThat(UnixSocket.send(applicationFd, message.address(), bytes.length, fds, fds.length, 0))
                    .isEqualTo(bytes.length);
        }
    }

    static <R> Received<R> next(Connection<?, R> connection) throws IOException {
        return Objects.requireNonNull(connection.receive(), "end of stream");
    }

    @Override
    public void close() {
        application.close();
        manager.close();
    }

    /** A pipe: the surest way to see whether a descriptor works, and whether every duplicate of it is closed. */
    record Pipe(int readFd, int writeFd) {
        static Pipe open() {
            int[] fds = new int[2];
            assertThat(FileIo.pipe2(fds, FileIo.O_CLOEXEC | FileIo.O_NONBLOCK)).isZero();
            return new Pipe(fds[0], fds[1]);
        }

        /** Closes the given descriptors, then both of its own; true if nobody else could still write. */
        boolean closeAndSeeEnd(int... fds) {
            FileIo.close(writeFd);
            for (int fd : fds) {
                FileIo.close(fd);
            }
            long read = read();
            FileIo.close(readFd);
            return read == 0;
        }

        /** Bytes read, 0 if no descriptor to write is left anywhere, -EAGAIN if one is. */
        long read() {
            try (Arena arena = Arena.ofConfined()) {
                return FileIo.read(readFd, arena.allocate(16).address(), 16);
            }
        }

        static void writeTo(int fd, int bytes) {
            try (Arena arena = Arena.ofConfined()) {
                assertThat(FileIo.write(fd, arena.allocate(bytes).address(), bytes))
                        .isEqualTo(bytes);
            }
        }
    }
}
