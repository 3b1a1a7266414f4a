// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** Waiting for descriptors: {@code poll.h}, by {@code ppoll(2)}. */
public final class Poll {

    public static final short POLLIN = 1;
    public static final short POLLOUT = 4;
    public static final short POLLERR = 8;
    public static final short POLLHUP = 0x10;
    public static final short POLLNVAL = 0x20;

    /** Bytes of {@code struct pollfd}: 0 fd, 4 events, 6 revents. */
    static final int POLLFD_BYTES = 8;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private Poll() {}

    /**
     * The number of ready descriptors, 0 after {@code timeoutMs} (negative: never), or -errno.
     *
     * <p>Interrupted, it goes on with the time that is left, which the kernel has written back.
     */
    public static long poll(long pollfdArrayAddress, int n, int timeoutMs) {
        if (timeoutMs < 0) {
            return Native.retry(Syscall.PPOLL, pollfdArrayAddress, n, 0, 0, 0, 0);
        }
        long timespec = Scratch.current().address;
        Native.putLong(timespec, timeoutMs / 1000);
        Native.putLong(timespec + 8, timeoutMs % 1000 * NANOS_PER_MILLI);
        return Native.retry(Syscall.PPOLL, pollfdArrayAddress, n, timespec, 0, 0, 0);
    }

    /** Whether a descriptor is readable or hung up at this moment. */
    public static boolean isReadable(int fd) {
        return awaitReadable(fd, 0) > 0;
    }

    /** Waits for one descriptor: 1 if it is readable or hung up, 0 after the timeout, or -errno. */
    static long awaitReadable(int fd, int timeoutMs) {
        long pollfd = Scratch.current().address + 16;
        Native.putInt(pollfd, fd);
        Native.putShort(pollfd + 4, POLLIN);
        Native.putShort(pollfd + 6, (short) 0);
        return poll(pollfd, 1, timeoutMs);
    }
}
