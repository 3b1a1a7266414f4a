// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are large, shared between places, or on a disk that is full. */
class FileRegionsTest {
    private static final long GIB = 1L << 30;

    @TempDir
    Path directory;

    private Remap remap;

    FileRegionsTest() throws RemapException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(8 * Pages.MIB));
    }

    @BeforeEach
    void isOpen() {
        assertThat(remap.regions()).isEmpty();
    }

    @AfterEach
    void close() {
        remap.close();
    }

    private static void write(Path file, long offset, long value) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(
                    ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.nativeOrder())
                            .putLong(0, value),
                    offset);
        }
    }

    private static long read(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
            channel.read(bytes, offset);
            return bytes.getLong(0);
        }
    }

    @Test
    void aSparseFileIsReadBeyondFourGigabytes() throws IOException {
        Path file = directory.resolve("sparse");
        write(file, 5 * GIB - Long.BYTES, 77);
        write(file, 4 * GIB + 8, 44);
        try (FileRegion region = remap.openFile(file, MapMode.READ_ONLY, FileSpec.defaults());
                Arena arena = Arena.ofConfined()) {
            MemorySegment segment = region.segment();
            assertThat(segment.byteSize()).isEqualTo(5 * GIB);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 5 * GIB - Long.BYTES)).isEqualTo(77);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 4 * GIB + 8)).isEqualTo(44);
            assertThat(segment.get(ValueLayout.JAVA_LONG, 3 * GIB)).isZero();
            MemorySegment target = arena.allocate(24, 8);
            region.read(new long[] {4 * GIB + 8, 5 * GIB - 8, GIB}, 3, 8, target);
            assertThat(target.toArray(ValueLayout.JAVA_LONG)).containsExactly(44, 77, 0);
        }
    }

    @Test
    void twoPlacesOfOneFileAreWrittenWithoutMakingEachOtherStale() throws IOException {
        Path file = directory.resolve("shared");
        write(file, 8 * Pages.MIB - Long.BYTES, 1);
        try (Arena arena = Arena.ofShared();
                FileRegion whole = remap.openFile(file, MapMode.READ_WRITE, FileSpec.defaults())) {
            MemorySegment first = remap.map(file, MapMode.READ_WRITE, 0, Pages.MIB, arena);
            MemorySegment second = remap.map(file, MapMode.READ_WRITE, 4 * Pages.MIB + 100, Pages.MIB, arena);
            first.set(ValueLayout.JAVA_LONG, 0, 11);
            second.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 22);
            whole.segment().set(ValueLayout.JAVA_LONG, 7 * Pages.MIB, 33);
            var place = remap.rangeOf(whole.segment()).orElseThrow();
            assertThat(place.region()).isSameAs(whole);
            whole.force(0, whole.size());
            assertThat(whole.isStale()).isFalse();
            assertThat(second.get(ValueLayout.JAVA_LONG_UNALIGNED, 8)).isZero();
            assertThat(read(file, 7 * Pages.MIB)).isEqualTo(33);
        }
        assertThat(read(file, 0)).as("written when its view ended").isEqualTo(11);
        assertThat(read(file, 4 * Pages.MIB + 100)).isEqualTo(22);
    }

    @Test
    void aFileKeepsItsOddSize() throws IOException {
        Path file = directory.resolve("odd");
        Files.write(file, new byte[10_001]);
        try (FileRegion region = remap.openFile(file, MapMode.READ_WRITE, FileSpec.defaults())) {
            region.segment().set(ValueLayout.JAVA_BYTE, 10_000, (byte) 9);
            assertThat(region.isStale()).isFalse();
        }
        assertThat(Files.size(file)).isEqualTo(10_001);
        assertThat(Files.readAllBytes(file)[10_000]).isEqualTo((byte) 9);
    }

    @Test
    void forceOnAFullDiskFailsLosesNothingAndWorksOnceThereIsRoom() throws IOException {
        try (SmallFileSystem disk = new SmallFileSystem(directory, 24 * Pages.MIB)) {
            Path file = disk.directory.resolve("sparse");
            write(file, 4 * Pages.MIB - Long.BYTES, 0);
            Path ballast = disk.directory.resolve("ballast");
            fill(ballast, disk);
            try (FileRegion region = remap.openFile(file, MapMode.READ_WRITE, FileSpec.defaults())) {
                MemorySegment segment = region.segment();
                for (long page = 0; page < 500; page++) {
                    segment.set(ValueLayout.JAVA_LONG, page * Pages.SIZE, page + 1);
                }
                Refusals.refused(RemapException.Category.CAPACITY, () -> region.force(0, region.size()))
                        .contains("disk is full");
                for (long page = 0; page < 500; page++) {
                    assertThat(segment.get(ValueLayout.JAVA_LONG, page * Pages.SIZE))
                            .isEqualTo(page + 1);
                }
                Files.delete(ballast);
                region.force(0, region.size());
                assertThat(read(file, 499L * Pages.SIZE)).isEqualTo(500);
            }
        }
    }

    private static void fill(Path ballast, SmallFileSystem disk) throws IOException {
        try (FileChannel channel = FileChannel.open(ballast, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(Pages.SIZE);
            while (disk.freeBytes() > 0) {
                channel.write(block.clear());
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }
}
