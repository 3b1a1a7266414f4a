// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.remap.linux.CallInterceptor;
import dev.remap.linux.CallInterceptor.Kernel;
import dev.remap.linux.Mmap;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Linux AIO. A request that is to fail is carried out beforehand by a plain call that fails so; what is submitted in its place reads
 * nothing, and its event gets the plain call's result. {@code linux/aio_abi.h} has the offsets.
 */
final class FaultyAio {
    private static final int IOCB_BYTES = 64;
    private static final int EVENT_BYTES = 32;
    private static final short PREAD = 0;

    private final Switchboard board;
    private final FaultyIo io;
    private final Map<Long, Map<Long, Long>> results = new ConcurrentHashMap<>();

    FaultyAio(Switchboard board, FaultyIo io) {
        this.board = board;
        this.io = io;
    }

    long submit(Kernel kernel, long context, long count, long pointers) {
        FaultRule rule = board.next(FaultPoint.RING_ENTER);
        if (rule != null && rule.effect().kind() == FaultEffect.Kind.ERROR) {
            board.struck(rule);
            return -rule.effect().errno();
        }
        if (rule != null) {
            board.delay(rule);
        }
        MemorySegment list = Mmap.segment(pointers, count * Long.BYTES);
        for (long i = 0; i < count; i++) {
            MemorySegment request = Mmap.segment(list.get(JAVA_LONG, i * Long.BYTES), IOCB_BYTES);
            int call = call(request.get(JAVA_SHORT, 16));
            FaultRule fault = call < 0 ? null : board.next(FaultyRings.point(call));
            if (fault != null) {
                carryOut(kernel, context, fault, call, request);
            }
        }
        return kernel.call(CallInterceptor.IO_SUBMIT, context, count, pointers, 0, 0, 0);
    }

    private void carryOut(Kernel kernel, long context, FaultRule rule, int call, MemorySegment request) {
        long result = io.transfer(
                kernel,
                rule,
                call,
                request.get(JAVA_INT, 20),
                request.get(JAVA_LONG, 24),
                request.get(JAVA_LONG, 32),
                request.get(JAVA_LONG, 40));
        request.set(JAVA_SHORT, 16, PREAD);
        request.set(JAVA_LONG, 32, 0);
        results.computeIfAbsent(context, any -> new HashMap<>()).put(request.get(JAVA_LONG, 0), result);
    }

    private static int call(short operation) {
        return switch (operation) {
            case PREAD -> CallInterceptor.PREAD64;
            case 1 -> CallInterceptor.PWRITE64;
            case 7 -> CallInterceptor.PREADV;
            case 8 -> CallInterceptor.PWRITEV;
            default -> -1;
        };
    }

    long events(Kernel kernel, long context, long least, long most, long events, long timeout) {
        long got = kernel.call(CallInterceptor.IO_GETEVENTS, context, least, most, events, timeout, 0);
        Map<Long, Long> pending = results.get(context);
        for (long i = 0; i < got && pending != null; i++) {
            MemorySegment event = Mmap.segment(events + i * EVENT_BYTES, EVENT_BYTES);
            @Nullable Long result = pending.remove(event.get(JAVA_LONG, 0));
            if (result != null) {
                event.set(JAVA_LONG, 16, (long) result);
            }
        }
        return got;
    }
}
