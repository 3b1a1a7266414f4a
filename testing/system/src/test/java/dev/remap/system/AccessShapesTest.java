// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.RegionSpec;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accesses of every width and kind, within pages and across two, of which neither, one or both are in DRAM. */
class AccessShapesTest {
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long SIZE = 64 * Pages.MIB;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private OpenRegion open;
    private MemorySegment memory;

    @BeforeEach
    void open() throws RemapException {
        open = OpenRegion.of(BUDGET, RegionSpec.ofSize(SIZE));
        memory = open.region().segment();
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void fourByteWordsOfAllPagesComeBack() {
        for (long offset = 0; offset < SIZE; offset += 1024) {
            memory.set(JAVA_INT, offset, (int) (offset >> 10) | 0x4000_0000);
        }
        long wrong = 0;
        for (long offset = 0; offset < SIZE; offset += 1024) {
            wrong += memory.get(JAVA_INT, offset) == ((int) (offset >> 10) | 0x4000_0000) ? 0 : 1;
        }
        assertThat(wrong).isZero();
    }

    @Test
    void unalignedWordsAcrossEveryPageBoundaryComeBack() {
        for (long boundary = 4096; boundary < SIZE; boundary += 4096) {
            memory.set(JAVA_LONG_UNALIGNED, boundary - 1 - boundary / 4096 % 7, boundary * 0x9E3779B97F4A7C15L);
        }
        long wrong = 0;
        for (long boundary = 4096; boundary < SIZE; boundary += 4096) {
            long got = memory.get(JAVA_LONG_UNALIGNED, boundary - 1 - boundary / 4096 % 7);
            wrong += got == boundary * 0x9E3779B97F4A7C15L ? 0 : 1;
        }
        assertThat(wrong).isZero();
    }

    @Test
    void everyWidthWorksAcrossABoundaryWhateverOfItIsPagedOut() throws RemapException {
        for (int out = 0; out < 4; out++) {
            long boundary = 4096L * (10 + 4 * out);
            memory.set(JAVA_SHORT_UNALIGNED, boundary - 1, (short) 0x1234);
            evict(out, boundary);
            assertThat(memory.get(JAVA_SHORT_UNALIGNED, boundary - 1)).isEqualTo((short) 0x1234);
            memory.set(JAVA_CHAR_UNALIGNED, boundary - 1, 'ß');
            evict(out, boundary);
            assertThat(memory.get(JAVA_CHAR_UNALIGNED, boundary - 1)).isEqualTo('ß');
            memory.set(JAVA_INT_UNALIGNED, boundary - 3, 0x1234_5678);
            evict(out, boundary);
            assertThat(memory.get(JAVA_INT_UNALIGNED, boundary - 3)).isEqualTo(0x1234_5678);
            memory.set(JAVA_FLOAT_UNALIGNED, boundary - 2, 1.5f);
            evict(out, boundary);
            assertThat(memory.get(JAVA_FLOAT_UNALIGNED, boundary - 2)).isEqualTo(1.5f);
            memory.set(JAVA_DOUBLE_UNALIGNED, boundary - 5, Math.E);
            evict(out, boundary);
            assertThat(memory.get(JAVA_DOUBLE_UNALIGNED, boundary - 5)).isEqualTo(Math.E);
        }
    }

    /** Bit 0: the page below the boundary; bit 1: the one above. */
    private void evict(int which, long boundary) throws RemapException {
        open.region().pageOut(boundary - ((which & 1) != 0 ? 4096 : 0), (which & 2) != 0 || which == 0 ? 4096 : 1);
        if (which == 0) {
            memory.get(JAVA_BYTE, boundary);
            memory.get(JAVA_BYTE, boundary - 1);
        }
    }

    @Test
    void bulkCopiesOfUnalignedRangesComeBack() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] model = new byte[(int) SIZE / 4];
        byte[] piece = new byte[100_000];
        for (int i = 0; i < 400; i++) {
            int length = 1 + random.nextInt(piece.length - 1);
            int offset = random.nextInt(model.length - length);
            byte value = (byte) random.nextInt();
            Arrays.fill(piece, 0, length, value);
            System.arraycopy(piece, 0, model, offset, length);
            MemorySegment.copy(piece, 0, memory, JAVA_BYTE, offset, length);
            int from = random.nextInt(model.length - length);
            MemorySegment.copy(memory, JAVA_BYTE, from, piece, 0, length);
            assertThat(MemorySegment.mismatch(
                            MemorySegment.ofArray(piece), 0, length, MemorySegment.ofArray(model), from, from + length))
                    .isEqualTo(-1);
        }
        assertThat(memory.asSlice(0, model.length).mismatch(MemorySegment.ofArray(model)))
                .isEqualTo(-1);
    }

    @Test
    void copiesWithinTheRegionFaultOnBothSides() {
        byte[] bytes = new byte[1 << 20];
        new SplittableRandom(2).nextBytes(bytes);
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 1000, bytes.length);
        for (int i = 1; i < 40; i++) {
            MemorySegment.copy(
                    memory,
                    1000 + (i - 1) * (bytes.length + 77L),
                    memory,
                    1000 + i * (bytes.length + 77L),
                    bytes.length);
            memory.asSlice(1000 + (i - 1) * (bytes.length + 77L), bytes.length).fill((byte) i);
        }
        MemorySegment last = memory.asSlice(1000 + 39 * (bytes.length + 77L), bytes.length);
        assertThat(last.mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
        assertThat(memory.get(JAVA_BYTE, 1000 + 38 * (bytes.length + 77L))).isEqualTo((byte) 39);
    }

    @Test
    void buffersAndStringsReachAcrossPages() {
        String text = "a string of some length, ".repeat(1000);
        memory.setString(4000, text);
        ByteBuffer buffer = memory.asSlice(60_000, 10_000).asByteBuffer();
        for (int i = 0; i < 2500; i++) {
            buffer.putInt(i);
        }
        for (long offset = Pages.MIB; offset < SIZE; offset += 4096) {
            memory.set(JAVA_BYTE, offset, (byte) 1);
        }
        assertThat(memory.getString(4000)).isEqualTo(text);
        for (int i = 0; i < 2500; i++) {
            assertThat(buffer.getInt(4 * i)).isEqualTo(i);
        }
    }

    @Test
    void vectorsLoadAndStoreAcrossPages(@TempDir Path directory) {
        List<String> flags = List.of("--add-modules=jdk.incubator.vector");
        try (ChildJvm child = ChildJvm.start(directory, flags, VectorMain.class)) {
            assertThat(child.awaitLine("wrong", LIMIT)).as(child.output()).isEqualTo("0");
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }
}
