// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.PeerCredentials;
import dev.remap.linux.UnixSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How an operator talks with a manager, about its drivers and about recording: one question and one answer a connection, both text, on an
 * abstract socket whose name has the manager's process id. For processes of the manager's user and of root; others are turned away.
 */
public final class OperatorChannel {
    /** The most bytes of a question or an answer. */
    public static final int MAX_BYTES = 60_000;

    private static final System.Logger LOG = System.getLogger(OperatorChannel.class.getName());
    private static final String NAME = "remap-operator-";
    /** Anybody may choose a name that begins like that: what is no process id is nobody's. */
    private static final Pattern SOCKET = Pattern.compile("@" + NAME + "([0-9]{1,10})$");

    private static final int QUESTION_MS = 5_000;
    private static final int ANSWER_MS = 60_000;
    private static final int FOREVER = -1;
    private static final long AGAIN_NS = 100_000_000;

    private final int listener;

    private OperatorChannel(int listener) {
        this.listener = listener;
    }

    /** Listens under this process's id. */
    public static OperatorChannel listen() throws IOException {
        long listener = UnixSocket.listenAbstract(NAME + ProcessHandle.current().pid());
        if (listener < 0) {
            throw new IOException("listen for operators: " + Errno.name(listener));
        }
        return new OperatorChannel((int) listener);
    }

    /** Process ids of the managers of this network namespace that listen, whoever's they are. */
    public static List<Long> managers() {
        try (Stream<String> sockets = Files.lines(Path.of("/proc/net/unix"))) {
            return sockets.map(SOCKET::matcher)
                    .filter(Matcher::find)
                    .map(name -> Long.parseLong(name.group(1)))
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, "managers cannot be listed", e);
            return List.of();
        }
    }

    /** Answers questions, one after another, for as long as the process lives. */
    public void serve(Function<List<String>, String> answers) {
        while (true) {
            long socket = UnixSocket.accept(listener, FOREVER);
            if (socket >= 0) {
                serveOne((int) socket, answers);
                FileIo.close((int) socket);
            } else {
                LOG.log(System.Logger.Level.DEBUG, "accept: {0}", Errno.name(socket));
                LockSupport.parkNanos(AGAIN_NS); // descriptors may have run out, while somebody waits
            }
        }
    }

    private static void serveOne(int socket, Function<List<String>, String> answers) {
        PeerCredentials peer = UnixSocket.peerCredentials(socket);
        if (peer.uid() != PeerCredentials.self().uid() && peer.uid() != 0) {
            LOG.log(System.Logger.Level.WARNING, "user {0} may not ask", Integer.toString(peer.uid()));
            return;
        }
        try {
            List<String> question = receive(socket, QUESTION_MS).lines().toList();
            if (!question.isEmpty()) {
                send(socket, answers.apply(question));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "an operator has gone", e);
        }
    }

    /**
     * Asks a manager, by its process id, and waits up to a minute for its answer.
     *
     * @throws IOException if there is no such manager, it is another user's, or it does not answer
     */
    public static String ask(long managerPid, List<String> question) throws IOException {
        long socket = UnixSocket.connectAbstract(NAME + managerPid);
        if (socket < 0) {
            throw new IOException("process " + managerPid + " is no manager of this release: " + Errno.name(socket));
        }
        try {
            PeerCredentials peer = UnixSocket.peerCredentials((int) socket);
            if (peer.pid() != managerPid) {
                throw new IOException("process " + peer.pid() + " answers in place of " + managerPid);
            }
            send((int) socket, String.join("\n", question));
            String answer = receive((int) socket, ANSWER_MS);
            if (answer.isEmpty()) {
                throw new IOException("process " + managerPid + " does not answer: it has ended, or is another user's");
            }
            return answer;
        } finally {
            FileIo.close((int) socket);
        }
    }

    private static void send(int socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_BYTES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(MAX_BYTES);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
            long sent = UnixSocket.send(socket, memory.address(), length, new int[0], 0, UnixSocket.MSG_NOSIGNAL);
            if (sent < 0) {
                throw new IOException("send: " + Errno.name(sent));
            }
        }
    }

    private static String receive(int socket, int timeoutMs) throws IOException {
        if (UnixSocket.awaitReadable(socket, timeoutMs) <= 0) {
            throw new IOException("no answer within " + timeoutMs + " ms");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(MAX_BYTES);
            int[] fds = new int[UnixSocket.MAX_FDS];
            long received = UnixSocket.receive(socket, memory.address(), MAX_BYTES, fds, UnixSocket.MSG_CMSG_CLOEXEC);
            if (received < 0) {
                throw new IOException("receive: " + Errno.name(received));
            }
            byte[] bytes = memory.asSlice(0, received).toArray(ValueLayout.JAVA_BYTE);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
