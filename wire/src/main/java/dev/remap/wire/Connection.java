// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Poll;
import dev.remap.linux.UnixSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One end of a SOCK_SEQPACKET socket that carries messages of type {@code S} out and {@code R} in, with descriptors.
 *
 * <p>Thread-safe. Owns the socket and its buffers; {@link #close} frees them. A waiting thread is in native code: it delays no
 * safepoint, but holds its carrier if it is virtual, and no interrupt wakes it, only {@link #shutdown}.
 */
public final class Connection<S, R> implements AutoCloseable {
    private static final long SHORT_OF_MEMORY_NS = 5_000_000_000L;
    private static final long SHORT_OF_MEMORY_PAUSE_NS = 1_000_000;

    private final int socket;
    private final String peer;
    private final Encoder<S> encoder;
    private final Decoder<R> decoder;

    // Not from a shared arena: closing one waits for every thread of the JVM, also for one that waits in a page fault.
    private final MemorySegment outgoing = Arena.ofAuto().allocate(Protocol.MAX_MESSAGE_BYTES, Long.BYTES);
    private final MemorySegment incoming = Arena.ofAuto().allocate(Protocol.MAX_MESSAGE_BYTES, Long.BYTES);
    private final int[] incomingFds = new int[Protocol.MAX_FDS];

    // Order: send, receive, life. Life guards open, and that the descriptor's number is still this socket's; no call
    // blocks under it.
    private final ReentrantLock sendLock = new ReentrantLock();
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock lifeLock = new ReentrantLock();
    private boolean open = true;

    private Connection(int socket, String peer, Encoder<S> encoder, Decoder<R> decoder) {
        this.socket = socket;
        this.peer = peer;
        this.encoder = encoder;
        this.decoder = decoder;
    }

    /** The application's end; takes over the descriptor. */
    public static Connection<Request, Reply> toManager(int socket) {
        return new Connection<>(socket, "manager", RequestCodec::encode, ReplyCodec::decode);
    }

    /** The manager's end; takes over the descriptor. */
    public static Connection<Reply, Request> toApplication(int socket) {
        return new Connection<>(socket, "application", ReplyCodec::encode, RequestCodec::decode);
    }

    /** Either end of an agent's channel; takes over the descriptor. */
    public static Connection<AgentMessage, AgentMessage> agentChannel(int socket) {
        return new Connection<>(socket, "agent channel's peer", AgentCodec::encode, AgentCodec::decode);
    }

    /** Either end of the channel between a manager and its standby; takes over the descriptor. */
    public static Connection<KeeperMessage, KeeperMessage> keeperChannel(int socket) {
        return new Connection<>(socket, "standby channel's peer", KeeperCodec::encode, KeeperCodec::decode);
    }

    /**
     * Sends a message; blocks while the socket's buffer is full, for as long as the peer does not read, and tries again for five seconds
     * where the kernel has no memory for it.
     *
     * @param requestId 0 if no reply is wanted
     * @param fds what the peer gets duplicates of; the caller keeps and closes these
     * @throws WireException if the message is over a limit; nothing was sent
     * @throws ConnectionClosedException if the peer is gone or this end is shut down
     */
    public void send(long requestId, S message, int... fds) throws IOException {
        sendLock.lock();
        try {
            long began = System.nanoTime();
            long result = sendLocked(requestId, message, fds, 0);
            while (isShortOfMemory(result) && System.nanoTime() - began < SHORT_OF_MEMORY_NS) {
                LockSupport.parkNanos(SHORT_OF_MEMORY_PAUSE_NS);
                result = sendLocked(requestId, message, fds, 0);
            }
            if (result < 0) {
                throw sendFailure(message, result);
            }
        } finally {
            sendLock.unlock();
        }
    }

    /**
     * As {@link #send}, but never blocks.
     *
     * @return false, with nothing sent, if the socket's buffer is full, the kernel is short of memory, or another thread is sending
     */
    public boolean trySend(long requestId, S message, int... fds) throws IOException {
        if (!sendLock.tryLock()) {
            return false;
        }
        try {
            long result = sendLocked(requestId, message, fds, UnixSocket.MSG_DONTWAIT);
            if (result < 0 && result != -Errno.EAGAIN && !isShortOfMemory(result)) {
                throw sendFailure(message, result);
            }
            return result >= 0;
        } finally {
            sendLock.unlock();
        }
    }

    /**
     * The next message; blocks until there is one. For one thread.
     *
     * @return null once the peer is gone or this end is shut down, after all that was sent before
     * @throws WireException if what arrived is no message of this channel; it is dropped, its descriptors are closed
     */
    public @Nullable Received<R> receive() throws IOException {
        receiveLock.lock();
        try {
            long length = receiveLocked();
            if (length < 0) {
                throw receiveFailure(length);
            }
            return length == 0 ? endOfStream() : take(length);
        } finally {
            receiveLock.unlock();
        }
    }

    /** Whether {@link #receive} would not block. For the thread that receives. */
    public boolean hasWaiting() {
        return isOpen() && Poll.isReadable(socket);
    }

    /** Ends both directions: threads in {@link #send} and {@link #receive} return. The descriptor stays until {@link #close}. */
    public void shutdown() {
        lifeLock.lock();
        try {
            if (open) {
                UnixSocket.shutdown(socket); // cannot fail but for a peer that is already gone
            }
        } finally {
            lifeLock.unlock();
        }
    }

    /** Shuts down, waits until no thread uses the socket, closes it. Closing again does nothing. */
    @Override
    public void close() {
        shutdown();
        leave();
    }

    /**
     * Closes the descriptor and does not shut down: whoever has a duplicate goes on in this one's place. Waits until no thread uses the
     * socket.
     */
    public void leave() {
        sendLock.lock();
        receiveLock.lock();
        lifeLock.lock();
        try {
            if (open) {
                open = false;
                FileIo.close(socket);
            }
        } finally {
            lifeLock.unlock();
            receiveLock.unlock();
            sendLock.unlock();
        }
    }

    private long sendLocked(long requestId, S message, int[] fds, int flags) throws WireException {
        if (!isOpen()) {
            return -Errno.EPIPE;
        }
        long length = encoder.encode(requestId, message, outgoing);
        checkFds(outgoing, length, fds.length);
        try {
            return UnixSocket.send(socket, outgoing.address(), length, fds, fds.length, flags);
        } finally {
            Reference.reachabilityFence(outgoing);
        }
    }

    private long receiveLocked() {
        Arrays.fill(incomingFds, -1);
        if (!isOpen()) {
            return 0;
        }
        try {
            long length = UnixSocket.receive(socket, incoming.address(), incoming.byteSize(), incomingFds, 0);
            // Told once, and before what the peer sent, if it died with messages of ours unread.
            return length == -Errno.ECONNRESET
                    ? UnixSocket.receive(socket, incoming.address(), incoming.byteSize(), incomingFds, 0)
                    : length;
        } finally {
            Reference.reachabilityFence(incoming);
        }
    }

    private Received<R> take(long length) throws WireException {
        boolean taken = false;
        try {
            Received<R> received = decoder.decode(incoming, length);
            int[] fds = Arrays.copyOf(incomingFds, incomingFdCount());
            checkFds(incoming, length, fds.length);
            taken = true;
            return received.with(fds);
        } finally {
            if (!taken) {
                closeIncomingFds();
            }
        }
    }

    private static void checkFds(MemorySegment message, long length, int count) throws WireException {
        MessageType type = MessageType.of(MessageHeaderLayout.type(message));
        int max = type == null ? 0 : type.maxFds;
        if (count > max) {
            throw new WireException(String.valueOf(type), length, count + " descriptors, at most " + max);
        }
    }

    private @Nullable Received<R> endOfStream() {
        closeIncomingFds(); // an empty message, which is no message, may carry some
        return null;
    }

    private int incomingFdCount() {
        int count = 0;
        while (count < incomingFds.length && incomingFds[count] >= 0) {
            count++;
        }
        return count;
    }

    private void closeIncomingFds() {
        for (int i = 0; i < incomingFdCount(); i++) {
            FileIo.close(incomingFds[i]);
        }
    }

    private boolean isOpen() {
        lifeLock.lock();
        try {
            return open;
        } finally {
            lifeLock.unlock();
        }
    }

    private IOException sendFailure(S message, long errno) {
        String what = "send of " + message + " to the " + peer + ": " + Errno.name(errno);
        return isGone(errno)
                ? new ConnectionClosedException(what + ": the " + peer + " is gone or this end is closed")
                : new IOException(what);
    }

    private IOException receiveFailure(long errno) {
        if (errno == -Errno.EMSGSIZE) {
            return new WireException(
                    "message",
                    0,
                    "EMSGSIZE: from the " + peer + " came more than "
                            + Protocol.MAX_MESSAGE_BYTES + " bytes or " + Protocol.MAX_FDS
                            + " descriptors; it is lost");
        }
        String what = "receive from the " + peer + ": " + Errno.name(errno);
        return isGone(errno) ? new ConnectionClosedException(what) : new IOException(what);
    }

    private static boolean isShortOfMemory(long errno) {
        return errno == -Errno.ENOBUFS || errno == -Errno.ENOMEM;
    }

    private static boolean isGone(long errno) {
        return errno == -Errno.EPIPE || errno == -Errno.ECONNRESET || errno == -Errno.ENOTCONN;
    }

    private interface Encoder<S> {
        long encode(long requestId, S message, MemorySegment buffer) throws WireException;
    }

    private interface Decoder<R> {
        Received<R> decode(MemorySegment buffer, long length) throws WireException;
    }
}
