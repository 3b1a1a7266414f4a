// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import dev.remap.linux.CallInterceptor;
import org.jspecify.annotations.Nullable;

/** System calls that fail as the {@link Switchboard} says. Found by {@link java.util.ServiceLoader}. */
@SuppressWarnings("exports") // to whom linux is not exported has no calls to intercept
public final class FaultyCalls implements CallInterceptor {
    private static final int MAP_ANONYMOUS_FD = -1;

    private final Switchboard board;
    private final Descriptors descriptors = new Descriptors();
    private final PlainCalls plain;
    private final FaultyUffd uffd;
    private final FaultyIo io;
    private final FaultyRings rings;
    private final FaultyAio aio;
    private final FaultySocket socket;

    /** For {@link java.util.ServiceLoader}. */
    public FaultyCalls() {
        this(Switchboard.PROCESS);
    }

    FaultyCalls(Switchboard board) {
        this.board = board;
        plain = new PlainCalls(board);
        uffd = new FaultyUffd(board);
        io = new FaultyIo(board);
        rings = new FaultyRings(board, io);
        aio = new FaultyAio(board, io);
        socket = new FaultySocket(board);
    }

    @Override
    public long call(Kernel kernel, int number, long a, long b, long c, long d, long e, long f) {
        if (number == IOCTL) {
            return uffd.ioctl(kernel, (int) a, b, c);
        }
        if (number == PREAD64 || number == PREADV || number == PWRITE64 || number == PWRITEV) {
            return transfer(kernel, number, a, b, c, d);
        }
        if (number == IO_URING_ENTER) {
            return rings.enter(kernel, (int) a, b, c, d, e, f);
        }
        if (number == IO_SUBMIT) {
            return aio.submit(kernel, a, b, c);
        }
        if (number == IO_GETEVENTS) {
            return aio.events(kernel, a, b, c, d, e);
        }
        if (number == SENDMSG) {
            return socket.send(kernel, a, b, c);
        }
        if (number == RECVMSG) {
            return socket.receive(kernel, a, b, c);
        }
        return others(kernel, number, a, b, c, d, e, f);
    }

    private long transfer(Kernel kernel, int number, long fd, long buffer, long size, long offset) {
        FaultPoint point = pointOf(number, (int) fd);
        FaultRule rule = point == null ? null : board.next(point);
        return rule == null
                ? kernel.call(number, fd, buffer, size, offset, 0, 0)
                : io.transfer(kernel, rule, number, fd, buffer, size, offset);
    }

    private @Nullable FaultPoint pointOf(int number, int fd) {
        boolean reads = number == PREAD64 || number == PREADV;
        return switch (descriptors.kind(fd)) {
            case FILE -> reads ? FaultPoint.FILE_READ : FaultPoint.FILE_WRITE;
            case MEMFD -> reads ? FaultPoint.MEMFD_READ : null;
            case OTHER -> null;
        };
    }

    private long others(Kernel kernel, int number, long a, long b, long c, long d, long e, long f) {
        if (number == CLOSE) {
            descriptors.forget((int) a);
            rings.forget((int) a);
        }
        FaultPoint point = otherPoint(number, a);
        long result = point == null
                ? kernel.call(number, a, b, c, d, e, f)
                : plain.call(kernel, point, number, a, b, c, d, e, f);
        if (number == CLOSE) {
            descriptors.forget((int) a); // again: another thread may have looked before it was closed
        }
        if (result >= 0 && number == IO_URING_SETUP) {
            rings.made((int) result, b);
        }
        if (result > 0 && number == MMAP && e != MAP_ANONYMOUS_FD) {
            rings.mapped((int) e, f, result);
        }
        return result;
    }

    private @Nullable FaultPoint otherPoint(int number, long a) {
        if (number == READ) {
            return descriptors.isUserfaultfd((int) a) ? FaultPoint.UFFD_READ : null;
        }
        if (number == FALLOCATE) {
            return descriptors.kind((int) a) == Descriptors.Kind.MEMFD ? FaultPoint.MEMFD_PUNCH : FaultPoint.FILE_PUNCH;
        }
        if (number == MMAP) {
            return FaultPoint.MEMORY_MAP;
        }
        if (number == MADVISE || number == PROCESS_MADVISE) {
            return FaultPoint.MEMORY_ADVISE;
        }
        if (number == MEMFD_CREATE) {
            return FaultPoint.MEMFD_CREATE;
        }
        if (number == OPENAT) {
            return FaultPoint.FILE_OPEN;
        }
        if (number == FDATASYNC) {
            return FaultPoint.FILE_SYNC;
        }
        if (number == STATX) {
            return FaultPoint.FILE_STAT;
        }
        return number == IO_URING_SETUP || number == IO_SETUP ? FaultPoint.RING_SETUP : null;
    }
}
