// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What systemd has for a service to notify it: a datagram socket with a path. {@code sd_notify(3)}. */
final class NotifySocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private final int fd;

    private NotifySocket(int fd) {
        this.fd = fd;
    }

    static NotifySocket open(Path path) throws Throwable {
        int fd = (int)
                handle("socket", FunctionDescriptor.of(INT, INT, INT, INT)).invokeExact(AF_UNIX, SOCK_DGRAM, 0);
        try (Arena arena = Arena.ofConfined()) {
            byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
            MemorySegment address = arena.allocate(3 + name.length);
            address.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
            int bound = (int) handle("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT))
                    .invokeExact(fd, address, (int) address.byteSize());
            if (fd < 0 || bound < 0) {
                throw new IllegalStateException("no socket at " + path);
            }
        }
        return new NotifySocket(fd);
    }

    /** The next message; empty if there is none. */
    String receive() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(1024);
            long length = (long) handle(
                            "recv",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG, INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, INT))
                    .invokeExact(fd, buffer, buffer.byteSize(), MSG_DONTWAIT);
            return length < 0
                    ? ""
                    : new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            int _ = (int) handle("close", FunctionDescriptor.of(INT, INT)).invokeExact(fd);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String function, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
    }
}
