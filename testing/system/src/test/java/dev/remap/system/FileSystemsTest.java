// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Spill files and files as regions, on each kind of file system. */
class FileSystemsTest {
    private static final long IMAGE_BYTES = 320 * Pages.MIB;
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long PAGES = 4 * BUDGET / Pages.SIZE;
    private static final long THREE_GIB = 3L << 30;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void whatIsSpilledComesBack(SmallFileSystem.Kind kind) throws IOException {
        try (SmallFileSystem disk = new SmallFileSystem(directory, kind, IMAGE_BYTES);
                Remap remap = open(disk);
                Region region = remap.create(
                        "spilled", RegionSpec.ofSize(PAGES * Pages.SIZE).tiers("file"))) {
            for (long page = 0; page < PAGES; page++) {
                Pages.write(region.segment(), page, Pages.random(page));
            }
            assertThat(region.stats().occupiedBytes()).isGreaterThan(2 * BUDGET);
            for (long page = 0; page < PAGES; page++) {
                assertThat(Pages.read(region.segment(), page))
                        .as("page %d", page)
                        .isEqualTo(Pages.random(page));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileIsReadWrittenAndLeftAloneAsItsModeSays(SmallFileSystem.Kind kind) throws IOException {
        try (SmallFileSystem disk = new SmallFileSystem(directory, kind, IMAGE_BYTES);
                Remap remap = open(disk)) {
            Path file = disk.directory.resolve("file");
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(THREE_GIB);
            }
            long last = THREE_GIB - Long.BYTES;
            try (FileRegion written = remap.openFile(file, MapMode.READ_WRITE, FileSpec.defaults())) {
                Pages.stamp(written.segment(), 0, PAGES);
                written.segment().set(ValueLayout.JAVA_LONG, last, 7);
                written.force(0, written.size());
                assertThat(written.isStale()).isFalse();
                assertThat(read(file, last)).isEqualTo(7);
            }
            assertThat(read(file, (PAGES - 1) * Pages.SIZE)).isEqualTo(PAGES);
            try (FileRegion changed = remap.openFile(file, MapMode.PRIVATE, FileSpec.defaults())) {
                changed.segment().set(ValueLayout.JAVA_LONG, last, 8);
                assertThat(Pages.wrongStamps(changed.segment(), 0, PAGES)).isZero();
                assertThat(changed.segment().get(ValueLayout.JAVA_LONG, last)).isEqualTo(8);
            }
            try (FileRegion read = remap.openFile(file, MapMode.READ_ONLY, FileSpec.defaults())) {
                MemorySegment segment = read.segment();
                assertThat(segment.get(ValueLayout.JAVA_LONG, last)).isEqualTo(7);
                assertThat(Pages.wrongStamps(segment, 0, PAGES)).isZero();
            }
        }
    }

    private static Remap open(SmallFileSystem disk) throws IOException {
        return Remap.open(RemapConfig.defaults().dramBytes(BUDGET).spillDirectory(disk.directory));
    }

    private static long read(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
            channel.read(bytes, offset);
            return bytes.getLong(0);
        }
    }
}
