// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** A counter with a descriptor, to wake a thread that waits in poll: {@code sys/eventfd.h}, Linux 2.6.27. */
public final class EventFd {

    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;

    private EventFd() {}

    /** A descriptor at count 0, close-on-exec and non-blocking, or -errno. */
    public static long create() {
        return Native.retry(Syscall.EVENTFD2, 0, EFD_CLOEXEC | EFD_NONBLOCK, 0);
    }

    /** Adds one: 0 or -errno. Never blocks; a full counter is signalled already. */
    public static long signal(int fd) {
        long value = Scratch.current().address;
        Native.putLong(value, 1);
        long written = FileIo.write(fd, value, Long.BYTES);
        return written >= 0 || written == -Errno.EAGAIN ? 0 : written;
    }

    /** Takes the count once it is not 0; -ETIMEDOUT after {@code timeoutMs} (negative: never), or -errno. */
    public static long await(int fd, int timeoutMs) {
        long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
        int leftMs = timeoutMs;
        while (true) {
            long ready = Poll.awaitReadable(fd, leftMs);
            if (ready <= 0) {
                return ready == 0 ? -Errno.ETIMEDOUT : ready;
            }
            long count = drain(fd);
            if (count != 0) {
                return count;
            }
            leftMs = timeoutMs < 0 ? timeoutMs : (int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
        }
    }

    /** Takes the count and sets it to 0; 0 if there was nothing, or -errno. */
    public static long drain(int fd) {
        long value = Scratch.current().address;
        long read = FileIo.read(fd, value, Long.BYTES);
        if (read < 0) {
            return read == -Errno.EAGAIN ? 0 : read;
        }
        return Native.getLong(value);
    }
}
