// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Local SOCK_SEQPACKET sockets that carry messages and descriptors: {@code sys/socket.h}, {@code sys/un.h}.
 *
 * <p>One send is one receive; nothing is split or joined. All descriptors are close-on-exec. Abstract names have no file and
 * no mode: who accepts must look at {@link #peerCredentials}. A path that is not absolute is one from the working directory.
 */
public final class UnixSocket {

    /** Descriptors in one message, at most. */
    public static final int MAX_FDS = 16;

    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_NOSIGNAL = 0x4000;
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;
    static final int MSG_CTRUNC = 0x08;
    static final int MSG_TRUNC = 0x20;

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SHUT_RDWR = 2;
    private static final int BACKLOG = 128;

    /** {@code struct sockaddr_un}: 0 family, 2 path; an abstract name starts with a zero byte and is as long as said. */
    private static final int PATH_OFFSET = 2;

    private static final int MAX_NAME_BYTES = 107;

    private UnixSocket() {}

    /** A socket that listens on an abstract name of at most 107 bytes, or -errno: -EADDRINUSE, -ENAMETOOLONG. */
    public static long listenAbstract(String name) {
        long fd = socket(SOCK_NONBLOCK);
        if (fd < 0) {
            return fd;
        }
        long result = withAddress(Syscall.BIND, (int) fd, abstractName(name));
        return fdOrClose((int) fd, result < 0 ? result : listen((int) fd));
    }

    /**
     * A socket bound to a path of at most 107 bytes, to which nobody can connect before {@link #listen}, or -errno: -EADDRINUSE if there
     * is a file, of whatever kind. Links in its place are not followed. Its mode is that of the umask.
     */
    public static long bind(Path path) {
        long fd = socket(SOCK_NONBLOCK);
        return fd < 0 ? fd : fdOrClose((int) fd, withAddress(Syscall.BIND, (int) fd, pathName(path)));
    }

    /** Lets others connect to a bound socket; 0 or -errno. */
    public static long listen(int fd) {
        return Native.retry(Syscall.LISTEN, fd, BACKLOG, 0);
    }

    /** A socket connected to an abstract name, or -errno: -ECONNREFUSED if nobody listens. */
    public static long connectAbstract(String name) {
        long fd = socket(0);
        return fd < 0 ? fd : fdOrClose((int) fd, withAddress(Syscall.CONNECT, (int) fd, abstractName(name)));
    }

    /** A socket connected to a path, or -errno: -ENOENT, -EACCES, or -ECONNREFUSED if nobody listens. */
    public static long connect(Path path) {
        long fd = socket(0);
        return fd < 0 ? fd : fdOrClose((int) fd, withAddress(Syscall.CONNECT, (int) fd, pathName(path)));
    }

    /** Waits until a message, or the peer's end, can be received: 1, 0 after {@code timeoutMs}, or -errno. */
    public static long awaitReadable(int fd, int timeoutMs) {
        return Poll.awaitReadable(fd, timeoutMs);
    }

    /** The next connection, or -ETIMEDOUT after {@code timeoutMs} (negative: never), or -errno. */
    public static long accept(int fd, int timeoutMs) {
        long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
        int leftMs = timeoutMs;
        while (true) {
            long ready = Poll.awaitReadable(fd, leftMs);
            if (ready <= 0) {
                return ready == 0 ? -Errno.ETIMEDOUT : ready;
            }
            long connection = Native.retry(Syscall.ACCEPT4, fd, 0, 0, SOCK_CLOEXEC, 0, 0);
            if (connection != -Errno.EAGAIN && connection != -Errno.ECONNABORTED) {
                return connection;
            }
            leftMs = timeoutMs < 0 ? timeoutMs : (int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
        }
    }

    /** Two connected sockets into {@code out}. */
    public static long socketpair(int[] out) {
        long block = Scratch.current().address;
        long result = Native.retry(Syscall.SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, block, 0, 0);
        if (result >= 0) {
            out[0] = Native.getInt(block);
            out[1] = Native.getInt(block + 4);
        }
        return result;
    }

    /** Who connected; with the pid -errno if it could not be had. */
    public static PeerCredentials peerCredentials(int fd) {
        long ucred = Scratch.current().address;
        long length = ucred + 16;
        Native.putInt(length, 12);
        long result = Native.retry(Syscall.GETSOCKOPT, fd, SOL_SOCKET, SO_PEERCRED, ucred, length, 0);
        if (result < 0) {
            return new PeerCredentials((int) result, -1, -1);
        }
        return new PeerCredentials(Native.getInt(ucred), Native.getInt(ucred + 4), Native.getInt(ucred + 8));
    }

    /**
     * Sends one message with the first {@code fdCount} of {@code fds}: bytes sent, or -errno: -EPIPE if the peer is gone (never a
     * signal), -EMSGSIZE if too long, -EAGAIN with MSG_DONTWAIT.
     */
    public static long send(int fd, long address, long length, int[] fds, int fdCount, int flags) {
        long message = SocketMessage.toSend(Scratch.current().address, address, length, fds, fdCount);
        return Native.retry(Syscall.SENDMSG, fd, message, flags | MSG_NOSIGNAL);
    }

    /**
     * Receives one message: its bytes, 0 if the peer is gone, or -errno. {@code fdsOut} gets the descriptors, then -1.
     *
     * <p>A message that does not fit, or carries more descriptors than {@code fdsOut} holds, is lost: -EMSGSIZE, and whatever
     * descriptors arrived are closed.
     */
    public static long receive(int fd, long address, long length, int[] fdsOut, int flags) {
        long message = SocketMessage.toReceive(Scratch.current().address, address, length);
        long received = Native.retry(Syscall.RECVMSG, fd, message, flags | MSG_CMSG_CLOEXEC);
        boolean complete = SocketMessage.takeFds(message, received, fdsOut);
        if (received < 0 || complete) {
            return received;
        }
        for (int i = 0; i < fdsOut.length && fdsOut[i] >= 0; i++) {
            FileIo.close(fdsOut[i]);
            fdsOut[i] = -1;
        }
        return -Errno.EMSGSIZE;
    }

    /**
     * Sends one datagram to a socket that a path names, or, if that begins with {@code @}, an abstract name: 0 or -errno. As
     * {@code sd_notify(3)} does.
     */
    public static long notify(String target, String text) {
        long fd = Native.retry(Syscall.SOCKET, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        byte[] name = target.startsWith("@") ? abstractName(target.substring(1)) : pathName(Path.of(target));
        long result = withAddress(Syscall.CONNECT, (int) fd, name);
        if (result >= 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocateFrom(text);
                result = send((int) fd, bytes.address(), bytes.byteSize() - 1, new int[0], 0, 0);
            }
        }
        FileIo.close((int) fd);
        return Math.min(result, 0);
    }

    /** Ends both directions; a thread that waits on the socket sees the end. */
    public static long shutdown(int fd) {
        return Native.retry(Syscall.SHUTDOWN, fd, SHUT_RDWR, 0);
    }

    private static long socket(int flags) {
        return Native.retry(Syscall.SOCKET, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0);
    }

    private static byte[] abstractName(String name) {
        return ("\0" + name).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] pathName(Path path) {
        return (path + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static long withAddress(int call, int fd, byte[] name) {
        if (name.length > MAX_NAME_BYTES + 1) {
            return -Errno.ENAMETOOLONG;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(PATH_OFFSET + name.length, 8);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, PATH_OFFSET, name.length);
            return Native.retry(call, fd, address.address(), address.byteSize());
        }
    }

    private static long fdOrClose(int fd, long result) {
        if (result >= 0) {
            return fd;
        }
        FileIo.close(fd);
        return result;
    }
}
