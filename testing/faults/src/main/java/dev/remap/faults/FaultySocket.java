// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.linux.CallInterceptor;
import dev.remap.linux.CallInterceptor.Kernel;
import dev.remap.linux.Mmap;
import java.lang.foreign.MemorySegment;

/** Messages that are refused, late, lost, or garbage. One that carries descriptors is never lost: nobody would close them. */
final class FaultySocket {
    private static final int MESSAGE_BYTES = 56;
    private static final int CONTROL_BYTES = 40;

    private final Switchboard board;

    FaultySocket(Switchboard board) {
        this.board = board;
    }

    long send(Kernel kernel, long fd, long message, long flags) {
        FaultRule rule = board.next(FaultPoint.SOCKET_SEND);
        if (rule == null) {
            return kernel.call(CallInterceptor.SENDMSG, fd, message, flags, 0, 0, 0);
        }
        switch (rule.effect().kind()) {
            case ERROR -> {
                board.struck(rule);
                return -rule.effect().errno();
            }
            case LOSS -> {
                if (controlBytes(message) == 0) {
                    board.struck(rule);
                    return bytes(message).byteSize();
                }
            }
            case GARBAGE -> {
                return sendGarbage(kernel, rule, fd, message, flags);
            }
            case DELAY -> board.delay(rule);
            default -> throw new IllegalStateException(rule.name() + " has no meaning");
        }
        return kernel.call(CallInterceptor.SENDMSG, fd, message, flags, 0, 0, 0);
    }

    /** In the sender's own memory, which gets its bytes back. */
    private long sendGarbage(Kernel kernel, FaultRule rule, long fd, long message, long flags) {
        MemorySegment bytes = bytes(message);
        byte[] kept = bytes.toArray(JAVA_BYTE);
        makeGarbage(bytes);
        long result = kernel.call(CallInterceptor.SENDMSG, fd, message, flags, 0, 0, 0);
        MemorySegment.copy(kept, 0, bytes, JAVA_BYTE, 0, kept.length);
        if (result >= 0) {
            board.struck(rule);
        }
        return result;
    }

    long receive(Kernel kernel, long fd, long message, long flags) {
        long control = controlBytes(message);
        long received = kernel.call(CallInterceptor.RECVMSG, fd, message, flags, 0, 0, 0);
        FaultRule rule = received <= 0 ? null : board.next(FaultPoint.SOCKET_RECEIVE);
        if (rule == null) {
            return received;
        }
        switch (rule.effect().kind()) {
            case LOSS -> {
                if (controlBytes(message) == 0) {
                    board.struck(rule);
                    Mmap.segment(message, MESSAGE_BYTES).set(JAVA_LONG, CONTROL_BYTES, control);
                    return receive(kernel, fd, message, flags);
                }
            }
            case GARBAGE -> {
                board.struck(rule);
                makeGarbage(bytes(message).asSlice(0, received));
            }
            case DELAY -> board.delay(rule);
            default -> throw new IllegalStateException(rule.name() + " has no meaning");
        }
        return received;
    }

    private void makeGarbage(MemorySegment bytes) {
        for (long i = 0; i < bytes.byteSize(); i++) {
            bytes.set(JAVA_BYTE, i, (byte) board.random(1 << Byte.SIZE));
        }
    }

    private static long controlBytes(long message) {
        return Mmap.segment(message, MESSAGE_BYTES).get(JAVA_LONG, CONTROL_BYTES);
    }

    /** The bytes of the first and only iovec. */
    private static MemorySegment bytes(long message) {
        long iovec = Mmap.segment(message, MESSAGE_BYTES).get(JAVA_LONG, 16);
        MemorySegment range = Mmap.segment(iovec, 2 * Long.BYTES);
        return Mmap.segment(range.get(JAVA_LONG, 0), range.get(JAVA_LONG, Long.BYTES));
    }
}
