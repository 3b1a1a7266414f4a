// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.remap.linux.BlockingIo;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.IoQueue;
import dev.remap.linux.IoUring;
import dev.remap.linux.LinuxAio;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real calls of this process, which the plan in the module's test configuration has fail. */
class FaultyIoTest {
    private static final int BYTES = 64 * 1024;
    private static final int DEPTH = 8;

    /** As in the plan of the tests. */
    private static final FaultBoard BOARD =
            FaultBoard.open(Path.of(System.getProperty("dev.remap.faults.test.board", "target/board")));

    private static final int READ_EIO = 0;
    private static final int READ_SHORT = 1;
    private static final int READ_WRONG = 2;
    private static final int WRITE_WRONG = 3;
    private static final int WRITE_ENOSPC = 4;
    private static final int WRITE_SHORT = 5;
    private static final int READ_SLOW = 6;

    /** The ways to a file. */
    enum Way {
        URING,
        AIO,
        PLAIN;

        IoQueue queue() {
            return switch (this) {
                case URING -> new IoUring(DEPTH);
                case AIO -> new LinuxAio(DEPTH);
                case PLAIN -> new BlockingIo(DEPTH);
            };
        }
    }

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment written = arena.allocate(BYTES, 4096);
    private final MemorySegment got = arena.allocate(BYTES, 4096);
    private int fd;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        for (int i = 0; i < BYTES; i++) {
            written.set(JAVA_BYTE, i, (byte) ((i * 31) >> 3));
        }
        Path file = Files.write(directory.resolve("file"), written.toArray(JAVA_BYTE));
        fd = (int) FileIo.open(file.toString(), FileIo.O_RDWR, 0);
        assertThat(fd).isNotNegative();
    }

    @AfterEach
    void close() {
        BOARD.on(0);
        FileIo.close(fd);
        arena.close();
    }

    @ParameterizedTest
    @EnumSource
    void anErrorIsAnswered(Way way) {
        assertThat(transfer(way, READ_EIO, true)).isEqualTo(-Errno.EIO);
        assertThat(transfer(way, WRITE_ENOSPC, false)).isEqualTo(-Errno.ENOSPC);
        assertThat(transfer(way, -1, true)).isEqualTo(BYTES);
        assertThat(got.mismatch(written)).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void aShortReadLeavesTheRestUndefined(Way way) {
        long bytes = transfer(way, READ_SHORT, true);
        assertThat(bytes).isBetween(512L, BYTES - 1L).isEqualTo(bytes / 512 * 512);
        assertThat(got.mismatch(written)).isGreaterThanOrEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource
    void aWrongReadHasOneWrongBitAndTheFileHasNot(Way way) {
        assertThat(transfer(way, READ_WRONG, true)).isEqualTo(BYTES);
        assertThat(wrongBits()).isEqualTo(1);
        assertThat(transfer(way, -1, true)).isEqualTo(BYTES);
        assertThat(wrongBits()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aWrongWriteHasOneWrongBitOnDiskAndNoneInMemory(Way way) {
        byte[] before = written.toArray(JAVA_BYTE);
        assertThat(transfer(way, WRITE_WRONG, false)).isEqualTo(BYTES);
        assertThat(written.toArray(JAVA_BYTE)).isEqualTo(before);
        assertThat(transfer(way, -1, true)).isEqualTo(BYTES);
        assertThat(wrongBits()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aShortWriteSaysHowMuch(Way way) {
        assertThat(transfer(way, WRITE_SHORT, false)).isBetween(512L, BYTES - 1L);
    }

    @Test
    void aSlowReadIsRightAndSlow() {
        long began = System.nanoTime();
        assertThat(transfer(Way.PLAIN, READ_SLOW, true)).isEqualTo(BYTES);
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(50_000_000);
        assertThat(wrongBits()).isZero();
    }

    /** One request under a rule, or under none; its answer. */
    private long transfer(Way way, int rule, boolean read) {
        try (IoQueue queue = way.queue()) {
            assumeTrue(queue.open() >= 0, way + " is not permitted here");
            BOARD.on(rule < 0 ? 0 : 1L << rule);
            long struck = rule < 0 ? 0 : BOARD.strikes(rule);
            assertThat(
                            read
                                    ? queue.read(fd, got.address(), BYTES, 0, 17)
                                    : queue.write(fd, written.address(), BYTES, 0, 17))
                    .isTrue();
            assertThat(queue.submit(1)).isEqualTo(1);
            BOARD.on(0);
            assertThat(queue.next()).isTrue();
            assertThat(queue.token()).isEqualTo(17);
            assertThat(rule < 0 ? 0 : BOARD.strikes(rule) - struck).isEqualTo(rule < 0 ? 0 : 1);
            return queue.result();
        }
    }

    private int wrongBits() {
        int bits = 0;
        for (int i = 0; i < BYTES; i++) {
            bits += Integer.bitCount((got.get(JAVA_BYTE, i) ^ written.get(JAVA_BYTE, i)) & 0xff);
        }
        return bits;
    }
}
