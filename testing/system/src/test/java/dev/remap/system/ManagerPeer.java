// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.PollSet;
import dev.remap.linux.ProcFs;
import dev.remap.linux.UffdPort;
import dev.remap.linux.UnixSocket;
import dev.remap.linux.Userfaultfd;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.ReplyCodec;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A real manager process, and its socket in the hands of a client that keeps to no rule. */
final class ManagerPeer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long FEATURES = Userfaultfd.UFFD_FEATURE_MISSING_SHMEM
            | Userfaultfd.UFFD_FEATURE_MINOR_SHMEM
            | Userfaultfd.UFFD_FEATURE_WP_HUGETLBFS_SHMEM
            | Userfaultfd.UFFD_FEATURE_WP_UNPOPULATED
            | Userfaultfd.UFFD_FEATURE_THREAD_ID
            | Userfaultfd.UFFD_FEATURE_POISON;
    private static final long TRANSFER_BYTES = 1 << 20;
    private static final long BUDGET_BYTES = 16 << 20;

    private final MemorySegment buffer = Arena.ofAuto().allocate(2L * Protocol.MAX_MESSAGE_BYTES, Long.BYTES);
    private final Process process;
    private final int socket;
    private int agent = -1;
    private int uffd = -1;

    private ManagerPeer(Process process, int socket) {
        this.process = process;
        this.socket = socket;
    }

    /** Starts one that waits for its first message. Its complaints go where the test's do not. */
    static ManagerPeer start(Path directory) throws IOException {
        String name = "remap-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        int listener = (int) UnixSocket.listenAbstract(name);
        try {
            List<String> flags = List.of(
                    "-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.io.tmpdir=" + directory);
            Process process = new ProcessBuilder(ChildJvm.command(
                            flags,
                            System.getProperty("java.class.path"),
                            "dev.remap.manager.ManagerMain",
                            name,
                            ProcessHandle.current().pid()))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(new File(directory.toFile(), "manager.txt"))
                    .start();
            int socket = (int) UnixSocket.accept(listener, (int) PATIENCE.toMillis());
            if (socket < 0) {
                process.destroyForcibly();
                throw new AssertionError("the manager does not connect");
            }
            return new ManagerPeer(process, socket);
        } finally {
            FileIo.close(listener);
        }
    }

    /** Starts one and has it welcome this client. */
    static ManagerPeer welcomed(Path directory) throws IOException {
        ManagerPeer manager = start(directory);
        int uffd = userfaultfd();
        int[] pair = new int[2];
        UnixSocket.socketpair(pair);
        int transfer = (int) Memfd.createFixed("remap-transfer", TRANSFER_BYTES);
        int[] liveness = new int[2];
        FileIo.pipe2(liveness, FileIo.O_CLOEXEC);
        manager.send(1, hello(directory), uffd, pair[1], transfer, liveness[1]);
        FileIo.close(liveness[0]);
        FileIo.close(liveness[1]);
        FileIo.close(pair[1]);
        FileIo.close(transfer);
        manager.agent = pair[0];
        manager.uffd = uffd;
        Reply reply = manager.answer();
        if (!(reply instanceof Reply.Welcome)) {
            manager.close();
            throw new AssertionError("not welcomed but " + reply);
        }
        return manager;
    }

    static int userfaultfd() {
        int fd = UserfaultfdAccess.open(FEATURES, -1).fd();
        FileIo.setNonBlocking(fd, true);
        return fd;
    }

    static Request.Hello hello(Path spill) {
        return new Request.Hello(
                Protocol.VERSION,
                ProcessHandle.current().pid(),
                BUDGET_BYTES,
                false,
                true,
                true,
                "test",
                spill.toString(),
                1L << 30,
                false);
    }

    /** A region of {@code bytes} bytes at an address, as an honest client would ask for it. */
    static Request.CreateRegion region(String name, long address, long bytes) {
        return new Request.CreateRegion(
                name, address, bytes, 0, 1_000_000_000L, List.of("zram"), "s3fifo", false, false, "", false);
    }

    long pid() {
        return process.pid();
    }

    /** Has faults on a range of this process reported to the manager. */
    void register(long address, long bytes) {
        try (UffdPort port = new UffdPort(uffd)) {
            long modes = Userfaultfd.UFFDIO_REGISTER_MODE_MISSING
                    | Userfaultfd.UFFDIO_REGISTER_MODE_MINOR
                    | Userfaultfd.UFFDIO_REGISTER_MODE_WP;
            if (port.register(address, bytes, modes) < 0) {
                throw new AssertionError("not registered");
            }
        }
    }

    void send(long id, Request request, int... fds) throws IOException {
        long length = RequestCodec.encode(id, request, buffer);
        UnixSocket.send(socket, buffer.address(), length, fds, fds.length, 0);
    }

    /** What send(2) answers. */
    long sendRaw(byte[] message) {
        return send(socket, message, 0);
    }

    /** The same, or -EAGAIN where the manager has not read enough. */
    long trySendRaw(byte[] message) {
        return send(socket, message, UnixSocket.MSG_DONTWAIT);
    }

    long trySendToAgent(byte[] message) {
        return send(agent, message, UnixSocket.MSG_DONTWAIT);
    }

    private long send(int to, byte[] message, int flags) {
        MemorySegment.copy(message, 0, buffer, ValueLayout.JAVA_BYTE, 0, message.length);
        return UnixSocket.send(to, buffer.address(), message.length, new int[0], 0, flags);
    }

    /** The bytes of a message. */
    byte[] encoded(long id, Request request) throws IOException {
        return buffer.asSlice(0, RequestCodec.encode(id, request, buffer)).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The next answer's message; its descriptors are closed. Fails if there is none in time. */
    Reply answer() throws IOException {
        Received<Reply> received = received(PATIENCE);
        if (received == null) {
            throw new AssertionError("no answer, the manager " + (process.isAlive() ? "lives" : "has ended"));
        }
        return received.message();
    }

    /** Null if the manager has closed, or says nothing for so long. */
    @Nullable
    Received<Reply> received(Duration patience) throws IOException {
        if (new PollSet(socket).await((int) patience.toMillis()) <= 0) {
            return null;
        }
        int[] fds = new int[Protocol.MAX_FDS];
        long length = UnixSocket.receive(socket, buffer.address(), Protocol.MAX_MESSAGE_BYTES, fds, 0);
        IntStream.of(fds).filter(fd -> fd >= 0).forEach(FileIo::close);
        return length <= 0 ? null : ReplyCodec.decode(buffer, length);
    }

    /** Reads answers until none comes any more; how many they were. */
    long readAll() throws IOException {
        long answers = 0;
        while (received(Duration.ofMillis(500)) != null) {
            answers++;
        }
        return answers;
    }

    /** Sends a request and reads what is answered to it. */
    Reply call(long id, Request request, int... fds) throws IOException {
        send(id, request, fds);
        Received<Reply> received = received(PATIENCE);
        while (received != null && received.requestId() != id) {
            received = received(PATIENCE);
        }
        if (received == null) {
            throw new AssertionError("no answer to " + request);
        }
        return received.message();
    }

    /** Its exit status. */
    int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the manager still runs after " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return process.exitValue();
    }

    boolean alive() {
        return process.isAlive();
    }

    int descriptors() {
        String[] names = new File("/proc/" + pid() + "/fd").list();
        return names == null ? -1 : names.length;
    }

    long residentKb() {
        return ProcFs.statusKb((int) pid(), "VmRSS");
    }

    /** CPU time it has used, in clock ticks of 10 ms. */
    long cpuTicks() {
        String stat = ProcFs.read(Path.of("/proc", Long.toString(pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    @Override
    public void close() {
        FileIo.close(socket);
        IntStream.of(agent, uffd).filter(fd -> fd >= 0).forEach(FileIo::close);
        process.destroyForcibly();
        Eventually.await("end of the manager", PATIENCE, () -> !process.isAlive());
    }
}
