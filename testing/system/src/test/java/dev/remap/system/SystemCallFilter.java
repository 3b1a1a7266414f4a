// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A real seccomp filter over all threads of this process, as container runtimes set one: {@code seccomp(2)}, {@code linux/filter.h}. */
final class SystemCallFilter {
    private static final long PR_SET_NO_NEW_PRIVS = 38;
    private static final long SECCOMP_SET_MODE_FILTER = 1;
    private static final long SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int RETURN_EPERM = 0x0005_0001;
    private static final int RETURN_ALLOW = 0x7FFF_0000;
    private static final short LOAD = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;

    private SystemCallFilter() {}

    /** Both answer EPERM from now on, also to children. */
    static void forbidUserfaultfdAndIoUring() throws Throwable {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        int userfaultfd = arm ? 282 : 323;
        int prctl = arm ? 167 : 157;
        int seccomp = arm ? 277 : 317;
        int ioUringSetup = 425;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(5 * 8, 8);
            instruction(program, 0, LOAD, 0, 0, 0);
            instruction(program, 1, JUMP_IF_EQUAL, 2, 0, userfaultfd);
            instruction(program, 2, JUMP_IF_EQUAL, 1, 0, ioUringSetup);
            instruction(program, 3, RETURN, 0, 0, RETURN_ALLOW);
            instruction(program, 4, RETURN, 0, 0, RETURN_EPERM);
            MemorySegment header = arena.allocate(16, 8);
            header.set(ValueLayout.JAVA_SHORT, 0, (short) 5);
            header.set(ValueLayout.JAVA_LONG, 8, program.address());
            require(call(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0), "prctl");
            require(call(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, header.address(), 0), "seccomp");
        }
    }

    private static void instruction(MemorySegment program, int at, short code, int ifTrue, int ifFalse, int value) {
        program.set(ValueLayout.JAVA_SHORT, at * 8L, code);
        program.set(ValueLayout.JAVA_BYTE, at * 8L + 2, (byte) ifTrue);
        program.set(ValueLayout.JAVA_BYTE, at * 8L + 3, (byte) ifFalse);
        program.set(ValueLayout.JAVA_INT, at * 8L + 4, value);
    }

    private static void require(long result, String what) {
        if (result < 0) {
            throw new IllegalStateException(what + " failed");
        }
    }

    @SuppressWarnings("restricted")
    private static long call(long number, long a, long b, long c, long d) throws Throwable {
        Linker linker = Linker.nativeLinker();
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        MethodHandle syscall = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(word, word, word, word, word, word));
        return (long) syscall.invokeExact(number, a, b, c, d);
    }
}
