// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.linux.CallInterceptor;
import dev.remap.linux.CallInterceptor.Kernel;
import dev.remap.linux.Errno;
import dev.remap.linux.Mmap;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The ioctls of a userfaultfd, failing as the kernel has them fail: {@code linux/userfaultfd.h}. */
final class FaultyUffd {
    private static final long UFFDIO_WAKE = 0x8010AA02L;
    private static final long UFFDIO_COPY = 0xC028AA03L;
    private static final long UFFDIO_WRITEPROTECT = 0xC018AA06L;
    private static final long UFFDIO_CONTINUE = 0xC020AA07L;
    private static final long UFFDIO_POISON = 0xC020AA08L;
    private static final long BLOCK_BYTES = 40;
    private static final long PAGE = 4096;
    private static final long PROTECT = 1;
    private static final long NONE = -1;

    private final Switchboard board;

    FaultyUffd(Switchboard board) {
        this.board = board;
    }

    long ioctl(Kernel kernel, int fd, long request, long block) {
        FaultPoint point = point(request, block);
        FaultRule rule = point == null ? null : board.next(point);
        if (rule == null) {
            return kernel.call(CallInterceptor.IOCTL, fd, request, block, 0, 0, 0);
        }
        MemorySegment arguments = Mmap.segment(block, BLOCK_BYTES);
        return switch (rule.effect().kind()) {
            case ERROR -> {
                board.struck(rule);
                yield fail(arguments, request, rule.effect().errno());
            }
            case LATE -> late(kernel, rule, fd, request, arguments);
            case SHORT -> partial(kernel, rule, fd, request, arguments);
            case DELAY -> {
                board.delay(rule);
                yield kernel.call(CallInterceptor.IOCTL, fd, request, block, 0, 0, 0);
            }
            default -> throw new IllegalStateException(rule.name() + " has no meaning");
        };
    }

    private static @Nullable FaultPoint point(long request, long block) {
        if (request == UFFDIO_WRITEPROTECT) {
            long mode = Mmap.segment(block, BLOCK_BYTES).get(JAVA_LONG, 16);
            return (mode & PROTECT) != 0 ? FaultPoint.UFFD_PROTECT : FaultPoint.UFFD_UNPROTECT;
        }
        if (request == UFFDIO_COPY) {
            return FaultPoint.UFFD_COPY;
        }
        if (request == UFFDIO_CONTINUE) {
            return FaultPoint.UFFD_CONTINUE;
        }
        if (request == UFFDIO_POISON) {
            return FaultPoint.UFFD_POISON;
        }
        return request == UFFDIO_WAKE ? FaultPoint.UFFD_WAKE : null;
    }

    private static long fail(MemorySegment arguments, long request, int errno) {
        long out = out(request);
        if (out != NONE) {
            arguments.set(JAVA_LONG, out, -errno);
        }
        return -errno;
    }

    /** Done by somebody else a moment before: all of it, and the answer is an error. */
    private long late(Kernel kernel, FaultRule rule, int fd, long request, MemorySegment arguments) {
        long result = kernel.call(CallInterceptor.IOCTL, fd, request, arguments.address(), 0, 0, 0);
        if (result < 0) {
            return result;
        }
        board.struck(rule);
        return fail(arguments, request, rule.effect().errno());
    }

    /** The first pages only: EAGAIN, and the bytes done in the argument. */
    private long partial(Kernel kernel, FaultRule rule, int fd, long request, MemorySegment arguments) {
        long lengthAt = request == UFFDIO_COPY ? 16 : 8;
        long length = arguments.get(JAVA_LONG, lengthAt);
        if (length <= PAGE || out(request) == NONE) {
            return kernel.call(CallInterceptor.IOCTL, fd, request, arguments.address(), 0, 0, 0);
        }
        board.struck(rule);
        long part = PAGE * (1 + board.random((int) (length / PAGE) - 1));
        arguments.set(JAVA_LONG, lengthAt, part);
        long result = kernel.call(CallInterceptor.IOCTL, fd, request, arguments.address(), 0, 0, 0);
        arguments.set(JAVA_LONG, lengthAt, length);
        return result < 0 ? result : -Errno.EAGAIN;
    }

    /** Where the kernel writes how far it got. */
    private static long out(long request) {
        if (request == UFFDIO_COPY) {
            return 32;
        }
        return request == UFFDIO_CONTINUE || request == UFFDIO_POISON ? 24 : NONE;
    }
}
