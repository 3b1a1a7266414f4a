// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.RegisteredMemory.PAGE;
import static dev.remap.linux.RegisteredMemory.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ways to have many requests under way, each on a real file. */
@Timeout(60)
class IoQueueTest {

    private static final int DEPTH = 32;
    private static final int PAGES = 256;
    private static final int IOVEC_BYTES = 16;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory = Path.of("");

    private final MemorySegment buffer = Arena.ofAuto().allocate(PAGES * PAGE, PAGE);

    enum Kind {
        URING,
        AIO,
        BLOCKING;

        IoQueue queue() {
            IoQueue queue = switch (this) {
                case URING -> new IoUring(DEPTH);
                case AIO -> new LinuxAio(DEPTH);
                case BLOCKING -> new BlockingIo(DEPTH);
            };
            long opened = queue.open();
            assumeTrue(opened != -Errno.ENOSYS && opened != -Errno.EPERM, () -> this + " is " + Errno.name(opened));
            ok(opened);
            return queue;
        }
    }

    private int file(int flags) {
        return (int) ok(FileIo.open(
                directory.resolve("file").toString(), flags | FileIo.O_RDWR | FileIo.O_CREAT | FileIo.O_CLOEXEC, 0600));
    }

    /** Around the page cache, where the temporary directory's file system can. */
    private int directFile() {
        int fd = file(0);
        long direct = FileIo.reopen(fd, FileIo.O_RDWR | FileIo.O_DIRECT);
        if (direct < 0) {
            return fd;
        }
        FileIo.close(fd);
        return (int) direct;
    }

    private long at(int page) {
        return buffer.address() + page * PAGE;
    }

    private void number(int pages) {
        for (int page = 0; page < pages; page++) {
            buffer.set(ValueLayout.JAVA_LONG, page * PAGE, page + 1000L);
        }
    }

    /** Takes all that is outstanding; each must have {@code bytes}. */
    private static BitSet drain(IoQueue queue, long bytes) {
        BitSet tokens = new BitSet();
        ok(queue.submit(queue.outstanding()));
        while (queue.next()) {
            assertThat(queue.result()).isEqualTo(bytes);
            tokens.set((int) queue.token());
        }
        assertThat(queue.outstanding()).isZero();
        return tokens;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFullQueueWritesAndReadsBack(Kind kind) {
        int fd = directFile();
        try (IoQueue queue = kind.queue()) {
            number(DEPTH);
            for (int page = 0; page < DEPTH; page++) {
                assertThat(queue.write(fd, at(page), (int) PAGE, page * PAGE, page))
                        .isTrue();
            }
            assertThat(queue.write(fd, at(0), (int) PAGE, 0, 0)).as("full").isFalse();
            assertThat(drain(queue, PAGE).cardinality()).isEqualTo(DEPTH);
            buffer.fill((byte) 0);
            for (int page = DEPTH - 1; page >= 0; page--) {
                assertThat(queue.read(fd, at(page), (int) PAGE, page * PAGE, page))
                        .isTrue();
            }
            assertThat(drain(queue, PAGE).cardinality()).isEqualTo(DEPTH);
            for (int page = 0; page < DEPTH; page++) {
                assertThat(buffer.get(ValueLayout.JAVA_LONG, page * PAGE)).isEqualTo(page + 1000L);
            }
        }
        FileIo.close(fd);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void ringsGoRoundWhileRequestsAreReplacedOneByOne(Kind kind) {
        int fd = directFile();
        number(PAGES);
        assertThat(FileIo.pwrite(fd, at(0), PAGES * PAGE, 0)).isEqualTo(PAGES * PAGE);
        buffer.fill((byte) 0);
        BitSet tokens = new BitSet();
        try (IoQueue queue = kind.queue()) {
            int next = 0;
            while (tokens.cardinality() < PAGES) {
                while (next < PAGES && queue.read(fd, at(next), (int) PAGE, next * PAGE, next)) {
                    next++;
                }
                assertThat(queue.submit(1)).isPositive();
                assertThat(queue.next()).isTrue();
                assertThat(queue.result()).isEqualTo(PAGE);
                tokens.set((int) queue.token());
            }
        }
        for (int page = 0; page < PAGES; page++) {
            assertThat(buffer.get(ValueLayout.JAVA_LONG, page * PAGE)).isEqualTo(page + 1000L);
        }
        FileIo.close(fd);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void vectorsGatherAndScatter(Kind kind) {
        int fd = directFile();
        number(4);
        MemorySegment iovecs = Arena.ofAuto().allocate(4 * IOVEC_BYTES, 8);
        try (IoQueue queue = kind.queue()) {
            fillBackwards(iovecs);
            assertThat(queue.writeVector(fd, iovecs.address(), 4, 0, 1)).isTrue();
            drain(queue, 4 * PAGE);
            assertThat(FileIo.pread(fd, at(8), PAGE, 0)).isEqualTo(PAGE);
            assertThat(buffer.get(ValueLayout.JAVA_LONG, 8 * PAGE)).isEqualTo(1003);
            buffer.fill((byte) 0);
            assertThat(queue.readVector(fd, iovecs.address(), 4, 0, 1)).isTrue();
            drain(queue, 4 * PAGE);
            assertThat(buffer.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(1000);
            assertThat(FileIo.preadv(fd, iovecs.address(), 4, 0)).isEqualTo(4 * PAGE);
            assertThat(FileIo.pwritev(fd, iovecs.address(), 4, 0)).isEqualTo(4 * PAGE);
        }
        FileIo.close(fd);
    }

    private void fillBackwards(MemorySegment iovecs) {
        for (int i = 0; i < 4; i++) {
            iovecs.set(ValueLayout.JAVA_LONG, (long) i * IOVEC_BYTES, at(3 - i));
            iovecs.set(ValueLayout.JAVA_LONG, (long) i * IOVEC_BYTES + 8, PAGE);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theEndOfTheFileIsAShortRead(Kind kind) {
        int fd = file(0);
        assertThat(FileIo.pwrite(fd, at(0), 100, 0)).isEqualTo(100);
        try (IoQueue queue = kind.queue()) {
            assertThat(queue.read(fd, at(1), (int) PAGE, 0, 7)).isTrue();
            drain(queue, 100);
            assertThat(queue.token()).isEqualTo(7);
            assertThat(queue.read(fd, at(1), (int) PAGE, PAGE, 8)).isTrue();
            drain(queue, 0);
        }
        FileIo.close(fd);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRequestThatFailsIsAnsweredOrRefusedAndTheOthersGoOn(Kind kind) {
        int fd = file(0);
        try (IoQueue queue = kind.queue()) {
            assertThat(queue.read(-1, at(0), (int) PAGE, 0, 1)).isTrue();
            long submitted = queue.submit(1);
            if (submitted >= 0) {
                assertThat(queue.next()).isTrue();
                assertThat(queue.result()).isEqualTo(-Errno.EBADF);
            } else {
                assertThat(submitted).isEqualTo(-Errno.EBADF);
                assertThat(queue.dropQueued()).isOne();
            }
            assertThat(queue.outstanding()).isZero();
            assertThat(queue.write(fd, at(0), (int) PAGE, 0, 2)).isTrue();
            assertThat(drain(queue, PAGE).get(2)).isTrue();
        }
        FileIo.close(fd);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatWasQueuedCanBeDropped(Kind kind) {
        int fd = file(0);
        try (IoQueue queue = kind.queue()) {
            assertThat(queue.write(fd, at(0), (int) PAGE, 0, 1)).isTrue();
            assertThat(queue.write(fd, at(0), (int) PAGE, 0, 2)).isTrue();
            assertThat(queue.dropQueued()).isEqualTo(2);
            assertThat(queue.submit(2)).isZero();
            assertThat(queue.next()).isFalse();
            assertThat(FileIo.fileSize(fd)).isZero();
            assertThat(queue.write(fd, at(0), (int) PAGE, 0, 3)).isTrue();
            assertThat(drain(queue, PAGE).get(3)).isTrue();
        }
        FileIo.close(fd);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void closingTwiceIsClosingOnce(Kind kind) {
        IoQueue queue = kind.queue();
        queue.close();
        queue.close();
        assertThat(queue.depth()).isEqualTo(DEPTH);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void requestsAllocateNothing(Kind kind) {
        int fd = file(0);
        assertThat(FileIo.pwrite(fd, at(0), DEPTH * PAGE, 0)).isEqualTo(DEPTH * PAGE);
        try (IoQueue queue = kind.queue()) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 60 && least != 0; round++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 500; i++) {
                    readAll(queue, fd);
                }
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
        }
        FileIo.close(fd);
    }

    private void readAll(IoQueue queue, int fd) {
        for (int page = 0; page < DEPTH; page++) {
            queue.read(fd, at(page), (int) PAGE, page * PAGE, page);
        }
        queue.submit(DEPTH);
        while (queue.next()) {
            if (queue.result() != PAGE) {
                throw new AssertionError(queue.result());
            }
        }
    }

    @Test
    void theProbeAgreesWithOpening() {
        try (IoUring ring = new IoUring(1)) {
            assertThat(ring.open()).isEqualTo(IoUring.probe());
        }
    }

    @Test
    void tooManyRequestsOfAioAreRefusedWithoutALeak() {
        try (LinuxAio aio = new LinuxAio(1 << 24)) {
            assertThat(aio.open()).isIn((long) -Errno.EAGAIN, (long) -Errno.EINVAL);
        }
    }
}
