// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one door to native code: libc's {@code syscall(2)} with six arguments, and raw memory.
 *
 * <p>One handle serves every call, so that a start pays for one linkage. Where native calls cannot work every call throws
 * {@link UnsupportedOperationException} with the reason; nothing else in the package has to check.
 */
final class Native {

    static final String DENIED =
            "Remap may not make native calls: start the JVM with --enable-native-access=dev.remap.linux"
                    + " (or --enable-native-access=ALL-UNNAMED when Remap is on the class path)";

    private static final long SMALLEST_PAGE = 4096;
    private static final long LARGEST_PAGE = 65536;

    /** Why native calls cannot work, or null. */
    static final @Nullable String PROBLEM;

    private static final VarHandle ORDERED_INT = JAVA_INT.varHandle();
    private static final @Nullable MethodHandle SYSCALL;
    private static final MemorySegment MEMORY;

    /** Null unless a test has asked for one, and then nothing to the compiler. */
    private static final @Nullable CallInterceptor INTERCEPTOR;

    static {
        String problem = Arch.problem(Arch.current());
        MemorySegment memory = MemorySegment.NULL;
        MethodHandle syscall = null;
        if (problem == null) {
            try {
                memory = wholeAddressSpace();
                syscall = linkSyscall();
            } catch (IllegalCallerException e) {
                problem = DENIED;
            }
        }
        PROBLEM = problem;
        MEMORY = memory;
        SYSCALL = syscall;
        INTERCEPTOR = CallInterceptor.load(); // last: it may call the kernel already
    }

    private Native() {}

    @SuppressWarnings("restricted")
    private static MemorySegment wholeAddressSpace() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle linkSyscall() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor descriptor = FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                descriptor,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    /** One system call: its result, or -errno. */
    static long call(int number, long a, long b, long c, long d, long e, long f) {
        if (INTERCEPTOR != null) {
            return INTERCEPTOR.call(Native::callKernel, number, a, b, c, d, e, f);
        }
        if (SYSCALL == null) {
            throw new UnsupportedOperationException(PROBLEM);
        }
        Scratch scratch = Scratch.current();
        try {
            long result = (long) SYSCALL.invokeExact(scratch.capture(), (long) number, a, b, c, d, e, f);
            return result == -1 ? -scratch.errno() : result;
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The same for the interceptor. If {@link #call} went through it, that would be one level too many for the compiler's inlining. */
    private static long callKernel(int number, long a, long b, long c, long d, long e, long f) {
        if (SYSCALL == null) {
            throw new UnsupportedOperationException(PROBLEM);
        }
        Scratch scratch = Scratch.current();
        try {
            long result = (long) SYSCALL.invokeExact(scratch.capture(), (long) number, a, b, c, d, e, f);
            return result == -1 ? -scratch.errno() : result;
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static long call(int number, long a, long b, long c) {
        return call(number, a, b, c, 0, 0, 0);
    }

    /** As {@link #call}, again for as long as a signal interrupts it. Not for close, nor where a timeout would start anew. */
    static long retry(int number, long a, long b, long c, long d, long e, long f) {
        long result;
        do {
            result = call(number, a, b, c, d, e, f);
        } while (result == -Errno.EINTR);
        return result;
    }

    static long retry(int number, long a, long b, long c) {
        return retry(number, a, b, c, 0, 0, 0);
    }

    /** The base page size, or 0 where native calls cannot work. */
    static long pageSize() {
        if (PROBLEM != null) {
            return 0;
        }
        // Advice on nothing fails only for an address that is not on a page: spares linking sysconf, a dozen
        // milliseconds.
        long size = SMALLEST_PAGE;
        while (size < LARGEST_PAGE && retry(Syscall.MADVISE, size, 0, Mmap.MADV_NORMAL) == -Errno.EINVAL) {
            size *= 2;
        }
        return size;
    }

    /** A segment over {@code [address, address + length)} that lives for ever. */
    static MemorySegment segment(long address, long length) {
        return MEMORY.asSlice(address, length);
    }

    /** The same, alive as long as {@code arena}; {@code cleanup} runs when it closes. */
    @SuppressWarnings("restricted")
    static MemorySegment segment(long address, long length, Arena arena, @Nullable Consumer<MemorySegment> cleanup) {
        return MemorySegment.ofAddress(address).reinterpret(length, arena, cleanup);
    }

    static void putLong(long address, long value) {
        MEMORY.set(JAVA_LONG, address, value);
    }

    static long getLong(long address) {
        return MEMORY.get(JAVA_LONG, address);
    }

    static void putInt(long address, int value) {
        MEMORY.set(JAVA_INT, address, value);
    }

    static int getInt(long address) {
        return MEMORY.get(JAVA_INT, address);
    }

    /** Pairs with a release by whoever wrote, the kernel included. {@code address} is a multiple of 4. */
    static int getIntAcquire(long address) {
        return (int) ORDERED_INT.getAcquire(MEMORY, address);
    }

    /** All that was written before is seen by whoever reads this with acquire. {@code address} is a multiple of 4. */
    static void putIntRelease(long address, int value) {
        ORDERED_INT.setRelease(MEMORY, address, value);
    }

    static void putShort(long address, short value) {
        MEMORY.set(JAVA_SHORT, address, value);
    }

    static short getShort(long address) {
        return MEMORY.get(JAVA_SHORT, address);
    }

    static byte getByte(long address) {
        return MEMORY.get(JAVA_BYTE, address);
    }

    static void putByte(long address, byte value) {
        MEMORY.set(JAVA_BYTE, address, value);
    }

    static void zero(long address, long length) {
        MEMORY.asSlice(address, length).fill((byte) 0);
    }
}
