// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.linux.CallInterceptor;
import dev.remap.linux.CallInterceptor.Kernel;
import dev.remap.linux.Mmap;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * io_uring. A request that is to fail is carried out beforehand by a plain call that fails so, its entry is made a no-op, which the kernel
 * completes before it returns, and the no-op's completion gets the plain call's result. {@code linux/io_uring.h} has the offsets.
 */
final class FaultyRings {
    private static final int PARAMS_BYTES = 120;
    private static final int FEATURES = 20;
    private static final int SINGLE_MMAP = 1;
    private static final int SQ_OFF = 40;
    private static final int CQ_OFF = 80;
    private static final int SQ_ARRAY = 64 - SQ_OFF;
    private static final int CQES = 100 - CQ_OFF;
    private static final long CQ_RING = 0x8000000L;
    private static final long SQE_ARRAY = 0x10000000L;
    private static final int SQE_BYTES = 64;
    private static final int CQE_BYTES = 16;
    private static final byte NOP = 0;

    private final Switchboard board;
    private final FaultyIo io;
    private final Map<Integer, Ring> rings = new ConcurrentHashMap<>();

    FaultyRings(Switchboard board, FaultyIo io) {
        this.board = board;
        this.io = io;
    }

    /** Offsets of head, tail, mask, and of the entries, in each ring; the rings themselves once they are mapped. */
    private static final class Ring {
        final int[] submission;
        final int[] completion;
        final boolean single;
        final Map<Long, Long> results = new HashMap<>();
        long submissions;
        long completions;
        long entries;

        Ring(MemorySegment params) {
            submission = offsets(params, SQ_OFF, SQ_ARRAY);
            completion = offsets(params, CQ_OFF, CQES);
            single = (params.get(JAVA_INT, FEATURES) & SINGLE_MMAP) != 0;
        }

        private static int[] offsets(MemorySegment params, int at, int entries) {
            return new int[] {
                params.get(JAVA_INT, at),
                params.get(JAVA_INT, at + 4L),
                params.get(JAVA_INT, at + 8L),
                params.get(JAVA_INT, at + (long) entries)
            };
        }

        static int get(long ring, int offset) {
            return Mmap.segment(ring + offset, Integer.BYTES).get(JAVA_INT, 0);
        }

        boolean isMapped() {
            return submissions != 0 && completions != 0 && entries != 0;
        }
    }

    void made(int fd, long params) {
        rings.put(fd, new Ring(Mmap.segment(params, PARAMS_BYTES)));
    }

    void mapped(int fd, long offset, long address) {
        Ring ring = rings.get(fd);
        if (ring == null) {
            return;
        }
        if (offset == SQE_ARRAY) {
            ring.entries = address;
        } else if (offset == CQ_RING) {
            ring.completions = address;
        } else if (offset == 0) {
            ring.submissions = address;
            ring.completions = ring.single ? address : ring.completions;
        }
    }

    void forget(int fd) {
        rings.remove(fd);
    }

    long enter(Kernel kernel, int fd, long submit, long wanted, long flags, long signals, long size) {
        FaultRule rule = board.next(FaultPoint.RING_ENTER);
        if (rule != null && rule.effect().kind() == FaultEffect.Kind.ERROR) {
            board.struck(rule);
            return -rule.effect().errno();
        }
        if (rule != null) {
            board.delay(rule);
        }
        Ring ring = rings.get(fd);
        if (ring == null || !ring.isMapped()) {
            return kernel.call(CallInterceptor.IO_URING_ENTER, fd, submit, wanted, flags, signals, size);
        }
        carryOutFaulty(kernel, ring);
        long result = kernel.call(CallInterceptor.IO_URING_ENTER, fd, submit, wanted, flags, signals, size);
        answerFaulty(ring);
        return result;
    }

    private void carryOutFaulty(Kernel kernel, Ring ring) {
        int mask = Ring.get(ring.submissions, ring.submission[2]);
        int tail = Ring.get(ring.submissions, ring.submission[1]);
        for (int at = Ring.get(ring.submissions, ring.submission[0]); at != tail; at++) {
            int index = Ring.get(ring.submissions, ring.submission[3] + (at & mask) * Integer.BYTES);
            MemorySegment entry = Mmap.segment(ring.entries + (long) index * SQE_BYTES, SQE_BYTES);
            int call = call(entry.get(JAVA_BYTE, 0));
            FaultRule rule = call < 0 ? null : board.next(point(call));
            if (rule != null) {
                carryOut(kernel, ring, rule, call, entry);
            }
        }
    }

    private void carryOut(Kernel kernel, Ring ring, FaultRule rule, int call, MemorySegment entry) {
        long token = entry.get(JAVA_LONG, 32);
        long address = entry.get(JAVA_LONG, 16);
        int size = entry.get(JAVA_INT, 24);
        long result = io.transfer(kernel, rule, call, entry.get(JAVA_INT, 4), address, size, entry.get(JAVA_LONG, 8));
        entry.fill((byte) 0);
        entry.set(JAVA_BYTE, 0, NOP);
        entry.set(JAVA_LONG, 32, token);
        ring.results.put(token, result);
    }

    private static int call(byte operation) {
        return switch (operation) {
            case 1 -> CallInterceptor.PREADV;
            case 2 -> CallInterceptor.PWRITEV;
            case 22 -> CallInterceptor.PREAD64;
            case 23 -> CallInterceptor.PWRITE64;
            default -> -1;
        };
    }

    static FaultPoint point(int call) {
        return call == CallInterceptor.PREAD64 || call == CallInterceptor.PREADV
                ? FaultPoint.FILE_READ
                : FaultPoint.FILE_WRITE;
    }

    private static void answerFaulty(Ring ring) {
        if (ring.results.isEmpty()) {
            return;
        }
        int mask = Ring.get(ring.completions, ring.completion[2]);
        int tail = Ring.get(ring.completions, ring.completion[1]);
        for (int at = Ring.get(ring.completions, ring.completion[0]); at != tail; at++) {
            long where = ring.completions + ring.completion[3] + (long) (at & mask) * CQE_BYTES;
            MemorySegment entry = Mmap.segment(where, CQE_BYTES);
            @Nullable Long result = ring.results.remove(entry.get(JAVA_LONG, 0));
            if (result != null) {
                entry.set(JAVA_INT, 8, (int) (long) result);
            }
        }
    }
}
