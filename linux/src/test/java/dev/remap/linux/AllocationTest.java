// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.RegisteredMemory.PAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls on the fault path allocate nothing once compiled. */
@Timeout(120)
class AllocationTest {

    private static final int CALLS = 20_000;
    private static final int ROUNDS = 60;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static volatile byte[] sink = {};

    /** Rounds of calls until one allocates nothing: the ones before it are warm-up. */
    private static void assertAllocationFree(Runnable call) {
        assertThat(bytesOnceWarm(call))
                .as("bytes allocated by " + CALLS + " calls")
                .isZero();
    }

    private static long bytesOnceWarm(Runnable call) {
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && bytes != 0; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        return bytes;
    }

    @Test
    void theMeasurementSeesAnAllocation() {
        assertThat(bytesOnceWarm(() -> sink = new byte[16])).isGreaterThanOrEqualTo(CALLS * 16L);
    }

    static final class Unprofiled {
        public static void main(String[] args) {
            if (MemorySegment.ofArray(new byte[64]).asSlice(8).byteSize() != 56) {
                throw new AssertionError();
            }
            int event = (int) RegisteredMemory.ok(EventFd.create());
            System.out.println(bytesOnceWarm(() -> EventFd.signal(event)));
        }
    }

    /** A profile tells the compiler which kind of segment the linker sees, until a program's other segments have blurred it. */
    @Test
    void callsAreAllocationFreeWithoutAProfileOfTheirTypes() throws Exception {
        List<String> options = List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=4",
                "-XX:-UseTypeProfile",
                "-XX:TypeProfileLevel=0");
        List<String> command = ChildJvm.command(System.getProperty("java.class.path"), Unprofiled.class, options);
        assertThat(ChildJvm.output(new ProcessBuilder(command)).trim()).isEqualTo("0");
    }

    @Test
    void ioctlsOfAUserfaultfdAreAllocationFree() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, Userfaultfd.UFFDIO_REGISTER_MODE_MISSING)) {
            UffdPort port = memory.port;
            assertThat(port.copy(memory.address, memory.source(1), PAGE, 0)).isEqualTo(PAGE);
            assertAllocationFree(() -> {
                port.copy(memory.address, memory.buffer.address(), PAGE, 0);
                port.continuePages(memory.address, PAGE, 0);
                port.wake(memory.address, PAGE);
            });
        }
    }

    @Test
    void readingMessagesIsAllocationFree() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, Userfaultfd.UFFDIO_REGISTER_MODE_MISSING)) {
            assertAllocationFree(() -> memory.messages.fill(memory.port));
        }
    }

    @Test
    void fileInputAndHolePunchingAreAllocationFree() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, 0)) {
            memory.store(0, 1);
            long buffer = memory.buffer.address();
            assertAllocationFree(() -> {
                FileIo.pread(memory.memfd, buffer, 64, 0);
                FileIo.read(memory.memfd, buffer, 64);
                FileIo.punchHole(memory.memfd, 0, PAGE);
            });
        }
    }

    @Test
    void pollingIsAllocationFree() {
        int event = (int) RegisteredMemory.ok(EventFd.create());
        PollSet set = new PollSet(event);
        assertAllocationFree(() -> {
            EventFd.signal(event);
            set.await(0);
            EventFd.drain(event);
        });
        FileIo.close(event);
    }

    @Test
    void messagesBetweenProcessesAreAllocationFree() {
        int[] pair = new int[2];
        RegisteredMemory.ok(UnixSocket.socketpair(pair));
        int[] fds = new int[UnixSocket.MAX_FDS];
        try (RegisteredMemory memory = RegisteredMemory.of(1, 0)) {
            long buffer = memory.buffer.address();
            assertAllocationFree(() -> {
                UnixSocket.send(pair[0], buffer, 64, fds, 0, 0);
                UnixSocket.receive(pair[1], buffer, 64, fds, 0);
            });
        }
        FileIo.close(pair[0]);
        FileIo.close(pair[1]);
    }
}
