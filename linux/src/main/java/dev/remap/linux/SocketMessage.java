// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.util.Arrays;

/**
 * {@code struct msghdr} with one buffer and one SCM_RIGHTS control message, laid out in a thread's {@link Scratch}.
 *
 * <pre>
 *   0 msghdr   0 name, 8 name length, 16 iovec, 24 iovecs, 32 control, 40 control length, 48 flags u32
 *  56 iovec    0 base, 8 length
 *  72 cmsghdr  0 length (with this header), 8 level u32, 12 type u32, 16 descriptors s32 x 16
 * 152
 * </pre>
 */
final class SocketMessage {

    private static final int IOVEC = 56;
    private static final int CMSG = 72;
    private static final int CMSG_HEADER = 16;
    private static final int CMSG_CAPACITY = CMSG_HEADER + 4 * UnixSocket.MAX_FDS;
    private static final int BYTES = CMSG + CMSG_CAPACITY;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private SocketMessage() {}

    /** Fills {@code block}, which is the msghdr to send. */
    static long toSend(long block, long address, long length, int[] fds, int fdCount) {
        if (fdCount < 0 || fdCount > Math.min(fds.length, UnixSocket.MAX_FDS)) {
            throw new IllegalArgumentException(
                    fdCount + " descriptors of " + fds.length + ", at most " + UnixSocket.MAX_FDS);
        }
        header(block, address, length);
        if (fdCount > 0) {
            int controlBytes = CMSG_HEADER + 4 * fdCount;
            control(block, controlBytes);
            Native.putLong(block + CMSG, controlBytes);
            Native.putInt(block + CMSG + 8, SOL_SOCKET);
            Native.putInt(block + CMSG + 12, SCM_RIGHTS);
            for (int i = 0; i < fdCount; i++) {
                Native.putInt(fdAddress(block, i), fds[i]);
            }
        }
        return block;
    }

    /** Fills {@code block}, which is the msghdr to receive into. */
    static long toReceive(long block, long address, long length) {
        header(block, address, length);
        control(block, CMSG_CAPACITY);
        return block;
    }

    /**
     * Moves descriptors to {@code fdsOut}, the rest -1, closing those in excess; false if the message was cut or too many came. Fewer than
     * were sent arrive where this process is at its limit of open files: the kernel has closed the others.
     */
    static boolean takeFds(long block, long received, int[] fdsOut) {
        Arrays.fill(fdsOut, -1);
        int count = received < 0 ? 0 : fdCount(block);
        for (int i = 0; i < count; i++) {
            int fd = Native.getInt(fdAddress(block, i));
            if (i < fdsOut.length) {
                fdsOut[i] = fd;
            } else {
                FileIo.close(fd);
            }
        }
        int flags = Native.getInt(block + 48);
        boolean tooMany =
                count > fdsOut.length || ((flags & UnixSocket.MSG_CTRUNC) != 0 && count >= UnixSocket.MAX_FDS);
        return (flags & UnixSocket.MSG_TRUNC) == 0 && !tooMany;
    }

    private static int fdCount(long block) {
        boolean rights = Native.getLong(block + 40) >= CMSG_HEADER
                && Native.getInt(block + CMSG + 8) == SOL_SOCKET
                && Native.getInt(block + CMSG + 12) == SCM_RIGHTS;
        return rights ? (int) (Native.getLong(block + CMSG) - CMSG_HEADER) / 4 : 0;
    }

    private static void header(long block, long address, long length) {
        Native.zero(block, BYTES);
        Native.putLong(block + 16, block + IOVEC);
        Native.putLong(block + 24, 1);
        Native.putLong(block + IOVEC, address);
        Native.putLong(block + IOVEC + 8, length);
    }

    private static void control(long block, long bytes) {
        Native.putLong(block + 32, block + CMSG);
        Native.putLong(block + 40, bytes);
    }

    private static long fdAddress(long block, int index) {
        return block + CMSG + CMSG_HEADER + 4L * index;
    }
}
