// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A memfd mapped shared and registered with a userfaultfd of its own, for one test.
 *
 * <p>Absent pages are only ever touched by system calls: a Java thread in a fault could not reach a safepoint.
 */
final class RegisteredMemory implements AutoCloseable {

    static final long PAGE = 4096;
    static final long FEATURES = Userfaultfd.UFFD_FEATURE_MISSING_SHMEM
            | Userfaultfd.UFFD_FEATURE_MINOR_SHMEM
            | Userfaultfd.UFFD_FEATURE_WP_HUGETLBFS_SHMEM
            | Userfaultfd.UFFD_FEATURE_POISON;

    private static final int DEADLINE_MS = 20_000;

    final int memfd;
    final long address;
    final long length;
    final int uffd;
    final UffdPort port;
    final UffdMessages messages = new UffdMessages(16);
    final MemorySegment buffer = Arena.ofAuto().allocate(16 * PAGE, PAGE);

    private RegisteredMemory(int uffd, long pages) {
        this.uffd = uffd;
        this.length = pages * PAGE;
        this.memfd = (int) ok(Memfd.createSized("test", length));
        this.address = ok(Mmap.map(0, length, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, memfd, 0));
        ok(Mmap.madvise(address, length, Mmap.MADV_NOHUGEPAGE));
        this.port = new UffdPort(uffd);
    }

    /** Memory registered in {@code mode}; 0 registers nothing. Skips the test where userfaultfd is not permitted. */
    static RegisteredMemory of(long pages, long mode) {
        UserfaultfdAccess.Result access = UserfaultfdAccess.open(FEATURES, -1);
        assumeTrue(access.fd() >= 0, () -> "no userfaultfd here: " + access.attempts());
        if (!access.kernelFaults()) {
            FileIo.close(access.fd());
        }
        assumeTrue(access.kernelFaults(), () -> "touching by system call needs kernel faults: " + access.attempts());
        ok(FileIo.setNonBlocking(access.fd(), true));
        RegisteredMemory memory = new RegisteredMemory(access.fd(), pages);
        if (mode != 0) {
            assertThat(memory.port.register(memory.address, memory.length, mode))
                    .isZero();
        }
        return memory;
    }

    static long ok(long result) {
        assertThat(result).as(() -> Errno.name(result)).isNotNegative();
        return result;
    }

    long page(int index) {
        return address + index * PAGE;
    }

    /** Puts {@code value} in the first long of a page by way of the file, mapping nothing. */
    void store(int page, long value) {
        buffer.set(ValueLayout.JAVA_LONG, 0, value);
        assertThat(FileIo.pwrite(memfd, buffer.address(), PAGE, page * PAGE)).isEqualTo(PAGE);
    }

    /** The first long of a page by way of the file, mapping nothing. */
    long stored(int page) {
        assertThat(FileIo.pread(memfd, buffer.address(), 8, page * PAGE)).isEqualTo(8);
        return buffer.get(ValueLayout.JAVA_LONG, 0);
    }

    /** An address with a page whose first long is {@code value}. */
    long source(long value) {
        buffer.set(ValueLayout.JAVA_LONG, 0, value);
        return buffer.address();
    }

    /** Touches a page on another thread, in a system call. */
    CompletableFuture<Long> touch(int page, int advice) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> result.complete(Mmap.madvise(page(page), PAGE, advice)));
        return result;
    }

    /** Reads exactly one message. */
    UffdMessages awaitFault() {
        assertThat(new PollSet(uffd).await(DEADLINE_MS)).as("a fault arrives").isOne();
        assertThat(messages.fill(port)).isOne();
        assertThat(messages.event(0)).isEqualTo(Userfaultfd.UFFD_EVENT_PAGEFAULT);
        return messages;
    }

    static void assertDone(CompletableFuture<Long> touch) {
        assertThat(touch).succeedsWithin(Duration.ofMillis(DEADLINE_MS)).isEqualTo(0L);
    }

    @Override
    public void close() {
        port.close();
        FileIo.close(uffd);
        Mmap.unmap(address, length);
        FileIo.close(memfd);
    }
}
