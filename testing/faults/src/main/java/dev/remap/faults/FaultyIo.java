// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.linux.CallInterceptor;
import dev.remap.linux.CallInterceptor.Kernel;
import dev.remap.linux.Mmap;
import java.lang.foreign.MemorySegment;

/** Reads and writes of files that fail, stop short, take longer, or move a wrong bit. */
final class FaultyIo {
    private static final int IOVEC_BYTES = 16;
    /** Where a short transfer of a disk can end. */
    private static final int SECTOR = 512;

    private static final byte LEFT_OVER = (byte) 0xDB;

    private final Switchboard board;

    FaultyIo(Switchboard board) {
        this.board = board;
    }

    /** {@code pread}, {@code pwrite}, {@code preadv} or {@code pwritev} with a rule that has struck: bytes or -errno. */
    long transfer(Kernel kernel, FaultRule rule, int number, long fd, long buffer, long size, long offset) {
        switch (rule.effect().kind()) {
            case ERROR -> {
                board.struck(rule);
                return -rule.effect().errno();
            }
            case LATE -> {
                board.struck(rule);
                long result = kernel.call(number, fd, buffer, size, offset, 0, 0);
                return result < 0 ? result : -rule.effect().errno();
            }
            case SHORT -> {
                return isRead(number)
                        ? shortRead(kernel, rule, number, fd, buffer, size, offset)
                        : shortWrite(kernel, rule, number, fd, buffer, size, offset);
            }
            case WRONG -> {
                return isRead(number)
                        ? wrongRead(kernel, rule, number, fd, buffer, size, offset)
                        : wrongWrite(kernel, rule, number, fd, buffer, size, offset);
            }
            case DELAY -> board.delay(rule);
            default -> throw new IllegalStateException(rule.name() + " has no meaning");
        }
        return kernel.call(number, fd, buffer, size, offset, 0, 0);
    }

    private static boolean isRead(int number) {
        return number == CallInterceptor.PREAD64 || number == CallInterceptor.PREADV;
    }

    private static boolean isVector(int number) {
        return number == CallInterceptor.PREADV || number == CallInterceptor.PWRITEV;
    }

    /** What a short read does not fill is undefined: it is filled with something that nobody has written. */
    private long shortRead(Kernel kernel, FaultRule rule, int number, long fd, long buffer, long size, long offset) {
        long result = kernel.call(number, fd, buffer, size, offset, 0, 0);
        if (result <= SECTOR) {
            return result;
        }
        board.struck(rule);
        long part = part(result);
        for (long at = part; at < result; ) {
            MemorySegment rest = at(number, buffer, size, at);
            long length = Math.min(rest.byteSize(), result - at);
            rest.asSlice(0, length).fill(LEFT_OVER);
            at += length;
        }
        return part;
    }

    private long shortWrite(Kernel kernel, FaultRule rule, int number, long fd, long buffer, long size, long offset) {
        MemorySegment first = at(number, buffer, size, 0);
        if (first.byteSize() <= SECTOR) {
            return kernel.call(number, fd, buffer, size, offset, 0, 0);
        }
        board.struck(rule);
        return kernel.call(CallInterceptor.PWRITE64, fd, first.address(), part(first.byteSize()), offset, 0, 0);
    }

    /** Some sectors, but not all. */
    private long part(long bytes) {
        return SECTOR * (1L + board.random((int) ((bytes - 1) / SECTOR)));
    }

    private long wrongRead(Kernel kernel, FaultRule rule, int number, long fd, long buffer, long size, long offset) {
        long result = kernel.call(number, fd, buffer, size, offset, 0, 0);
        if (result > 0) {
            board.struck(rule);
            flip(at(number, buffer, size, board.random((int) result)), 1 << board.random(Byte.SIZE));
        }
        return result;
    }

    /** The disk gets a wrong bit; the caller's memory is as it was. */
    private long wrongWrite(Kernel kernel, FaultRule rule, int number, long fd, long buffer, long size, long offset) {
        MemorySegment first = at(number, buffer, size, 0);
        MemorySegment wrong = first.asSlice(board.random((int) first.byteSize()));
        int bit = 1 << board.random(Byte.SIZE);
        flip(wrong, bit);
        try {
            long result = kernel.call(number, fd, buffer, size, offset, 0, 0);
            if (result > 0) {
                board.struck(rule);
            }
            return result;
        } finally {
            flip(wrong, bit);
        }
    }

    private static void flip(MemorySegment first, int bit) {
        first.set(JAVA_BYTE, 0, (byte) (first.get(JAVA_BYTE, 0) ^ bit));
    }

    /** The caller's memory from byte {@code at} of the transfer on, as far as it is in one piece. */
    private static MemorySegment at(int number, long buffer, long size, long at) {
        if (!isVector(number)) {
            return Mmap.segment(buffer + at, size - at);
        }
        MemorySegment iovecs = Mmap.segment(buffer, size * IOVEC_BYTES);
        long before = 0;
        for (long i = 0; i < size; i++) {
            long base = iovecs.get(JAVA_LONG, i * IOVEC_BYTES);
            long length = iovecs.get(JAVA_LONG, i * IOVEC_BYTES + Long.BYTES);
            if (at < before + length) {
                return Mmap.segment(base + at - before, length - (at - before));
            }
            before += length;
        }
        throw new IndexOutOfBoundsException("byte " + at + " of " + before);
    }
}
