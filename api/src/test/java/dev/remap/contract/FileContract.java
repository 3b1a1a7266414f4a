// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.Advice;
import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Pin;
import dev.remap.Range;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as regions and as segments. */
public abstract class FileContract extends RemapContract {
    private static final int SIZE = 10 * PAGE + 123;
    private static final int MANY = 2000;
    private static final int CLOSES = 600;

    private final byte[] content = noise(SIZE, 42);

    private Path file() throws IOException {
        return Files.write(directory.resolve("data"), content);
    }

    private FileRegion open(MapMode mode) throws IOException {
        return remap.openFile(file(), mode, FileSpec.defaults());
    }

    private static byte[] through(Path file, long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {}
            return Arrays.copyOf(buffer.array(), buffer.position());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PAGE - 1, PAGE, PAGE + 1, SIZE})
    void aFileOfAnySizeIsReadAsItIs(int size) throws IOException {
        byte[] bytes = noise(size, size);
        Path path = Files.write(directory.resolve("sized"), bytes);
        for (MapMode mode : List.of(MapMode.READ_ONLY, MapMode.READ_WRITE, MapMode.PRIVATE)) {
            try (FileRegion region = remap.openFile(path, mode, FileSpec.defaults())) {
                assertThat(region.size()).isEqualTo(size);
                assertThat(region.segment().toArray(JAVA_BYTE)).isEqualTo(bytes);
                MemorySegment target = MemorySegment.ofArray(new byte[size]);
                region.read(0, target);
                assertThat(target.toArray(JAVA_BYTE)).isEqualTo(bytes);
                region.load(0, size, PATIENCE);
                assertThat(region.isLoaded(0, size)).isTrue();
                region.pageOut(0, size);
                region.verify(0, size);
                assertThat(region.isStale()).isFalse();
                assertThat(region.mode()).isEqualTo(mode);
                assertThat(region.file()).isEqualTo(path);
                assertThat(region.name()).isEqualTo(path.toString());
            }
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
    }

    @Test
    void whatIsForcedIsInTheFile() throws IOException {
        byte[] change = noise(3 * PAGE, 7);
        try (FileRegion region = open(MapMode.READ_WRITE)) {
            write(region.segment(), 5000, change);
            region.force(5000, change.length);
            assertThat(through(region.file(), 5000, change.length)).isEqualTo(change);
            write(region.segment(), SIZE - 1, new byte[] {77});
            region.force(0, SIZE);
            assertThat(through(region.file(), SIZE - 1, 100)).isEqualTo(new byte[] {77});
            assertThat(region.isStale()).isFalse();
        }
        assertThat(Files.size(directory.resolve("data"))).isEqualTo(SIZE);
        assertThat(through(directory.resolve("data"), 0, 5000)).isEqualTo(Arrays.copyOf(content, 5000));
    }

    @Test
    void privateChangesAreSeenHereAndNotInTheFile() throws IOException {
        try (FileRegion region = open(MapMode.PRIVATE)) {
            write(region.segment(), PAGE - 2, new byte[] {1, 2, 3, 4});
            region.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[] {5, 6})), 3 * PAGE, 2);
            region.force(0, SIZE);
            region.pageOut(0, SIZE);
            byte[] expected = content.clone();
            System.arraycopy(new byte[] {1, 2, 3, 4}, 0, expected, PAGE - 2, 4);
            System.arraycopy(new byte[] {5, 6}, 0, expected, 3 * PAGE, 2);
            MemorySegment target = MemorySegment.ofArray(new byte[SIZE]);
            region.read(0, target);
            assertThat(target.toArray(JAVA_BYTE)).isEqualTo(expected);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(region.transferTo(0, SIZE, Channels.newChannel(out))).isEqualTo(SIZE);
            assertThat(out.toByteArray()).isEqualTo(expected);
            assertThat(region.segment().toArray(JAVA_BYTE)).isEqualTo(expected);
            assertThat(region.isStale()).isFalse();
        }
        assertThat(Files.readAllBytes(directory.resolve("data"))).isEqualTo(content);
    }

    @Test
    void aTruncatedFileIsStaleAndNothingEndsTheProcess() throws IOException {
        for (MapMode mode : List.of(MapMode.READ_ONLY, MapMode.READ_WRITE, MapMode.PRIVATE)) {
            try (FileRegion region = open(mode)) {
                assertThat(region.isStale()).isFalse();
                truncate(region.file(), 100);
                MemorySegment target = MemorySegment.ofArray(new byte[PAGE]);
                refused(Category.STALE, () -> region.read(5 * PAGE, target)).contains("data");
                refused(Category.STALE, () -> region.read(new long[] {8 * PAGE}, 1, 10, target));
                refused(Category.STALE, () -> region.load(5 * PAGE, PAGE, PATIENCE));
                refused(Category.STALE, () -> region.pin(5 * PAGE, PAGE, PATIENCE));
                refused(
                        Category.STALE,
                        () -> region.transferTo(5 * PAGE, PAGE, Channels.newChannel(new ByteArrayOutputStream())));
                assertThat(region.isStale()).isTrue();
            }
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    @Test
    void aReplacedFileIsStaleAndADeletedOneIsNot() throws IOException {
        try (FileRegion region = open(MapMode.READ_ONLY)) {
            Files.delete(region.file());
            assertThat(region.isStale()).isFalse();
            assertThat(region.segment().toArray(JAVA_BYTE)).isEqualTo(content);
            MemorySegment target = MemorySegment.ofArray(new byte[SIZE]);
            region.read(0, target);
            assertThat(target.toArray(JAVA_BYTE)).isEqualTo(content);
            Files.write(region.file(), content);
            assertThat(region.isStale()).isTrue();
        }
    }

    @Test
    void slicesAreFoundInTheirFile() throws IOException {
        FileRegion region = open(MapMode.READ_ONLY);
        MemorySegment segment = region.segment();
        assertThat(remap.rangeOf(segment.asSlice(PAGE, 9))).contains(new Range(region, PAGE, 9));
        MemorySegment view = region.segment(7, 100, Arena.global());
        assertThat(remap.rangeOf(view)).contains(new Range(region, 7, 100));
        assertThat(remap.regions()).containsExactly(region);
        region.close();
        assertThat(remap.regions()).isEmpty();
        assertThat(remap.rangeOf(view)).isEmpty();
        assertThat(bytes(view, 0, 100)).isEqualTo(Arrays.copyOfRange(content, 7, 107));
        assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_BYTE, 0));
    }

    @Test
    void transfersAndPinsWorkOnFiles() throws IOException {
        try (FileRegion region = open(MapMode.READ_WRITE)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(region.transferTo(1, SIZE - 1, Channels.newChannel(out))).isEqualTo(SIZE - 1);
            assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(content, 1, SIZE));
            byte[] other = noise(SIZE, 3);
            assertThat(region.transferFrom(Channels.newChannel(new ByteArrayInputStream(other)), 0, SIZE))
                    .isEqualTo(SIZE);
            assertThat(region.segment().toArray(JAVA_BYTE)).isEqualTo(other);
            try (Pin pin = region.pin(PAGE, SIZE - PAGE, PATIENCE)) {
                pin.segment().set(JAVA_BYTE, 0, (byte) 9);
                assertThatIllegalStateException().isThrownBy(region::close).withMessageContaining("pin");
            }
            region.force(0, SIZE);
            other[PAGE] = 9;
            assertThat(Files.readAllBytes(region.file())).isEqualTo(other);
            assertThat(region.failures()).isEmpty();
            assertThat(region.stats().pinnedBytes()).isZero();
        }
        try (FileRegion region = open(MapMode.READ_ONLY);
                Pin pin = region.pin(3, 5, PATIENCE)) {
            assertThat(pin.segment().isReadOnly()).isTrue();
            assertThat(pin.segment().toArray(JAVA_BYTE)).isEqualTo(Arrays.copyOfRange(content, 3, 8));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, PAGE - 1, PAGE, 3 * PAGE + 5, SIZE})
    void aPartOfAFileIsMappedFromAnyOffset(long offset) throws IOException {
        Path path = file();
        for (MapMode mode : List.of(MapMode.READ_ONLY, MapMode.READ_WRITE, MapMode.PRIVATE)) {
            MemorySegment segment;
            try (Arena arena = Arena.ofConfined()) {
                segment = remap.map(path, mode, offset, SIZE - offset, arena);
                assertThat(segment.toArray(JAVA_BYTE)).isEqualTo(Arrays.copyOfRange(content, (int) offset, SIZE));
                assertThat(segment.isReadOnly()).isEqualTo(MapMode.READ_ONLY.equals(mode));
                assertThat(remap.rangeOf(segment)).isEmpty();
            }
            assertThatThrownBy(() -> segment.fill((byte) 0)).isInstanceOf(RuntimeException.class);
        }
        assertThat(remap.regions()).isEmpty();
    }

    @Test
    void aWritableMapMakesTheFileLonger() throws IOException {
        Path path = file();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = remap.map(path, MapMode.READ_WRITE, SIZE - 3, 3 + PAGE, arena);
            assertThat(Files.size(path)).isEqualTo(SIZE + PAGE);
            assertThat(bytes(segment, 0, 3)).isEqualTo(Arrays.copyOfRange(content, SIZE - 3, SIZE));
            assertThat(bytes(segment, 3, PAGE)).containsOnly(0);
        }
        refused(Category.INVALID, () -> remap.map(path, MapMode.PRIVATE, SIZE, PAGE + 1, Arena.global()));
    }

    @Test
    void adviceOfTheSpecificationIsTaken() throws IOException {
        for (Advice advice : Advice.values()) {
            FileSpec spec = FileSpec.defaults().advice(advice).directIo(false);
            try (FileRegion region = remap.openFile(file(), MapMode.READ_ONLY, spec)) {
                region.prefetch(0, SIZE);
                assertThat(region.segment().toArray(JAVA_BYTE)).isEqualTo(content);
            }
        }
    }

    /** Hints may be carried out after the close, when the place is empty or already another file's. */
    @Test
    void filesCanBeClosedWhileHintsAreUnderWay() throws IOException {
        Path path = file();
        byte[] other = noise(SIZE, 43);
        Path otherPath = Files.write(directory.resolve("other"), other);
        for (int i = 0; i < CLOSES; i++) {
            boolean even = i % 2 == 0;
            try (FileRegion region = remap.openFile(even ? path : otherPath, MapMode.READ_ONLY, FileSpec.defaults())) {
                region.prefetch(0, SIZE);
                region.prefetch(new long[] {9 * PAGE, 2 * PAGE, 0}, 3, PAGE);
                if (i % 3 == 0) {
                    assertThat(region.segment().toArray(JAVA_BYTE)).isEqualTo(even ? content : other);
                }
                assertThat(region.failures()).isEmpty();
            }
        }
    }

    @Test
    void thousandsOfSmallFilesAreOpenAtOnce() throws IOException {
        List<FileRegion> open = new ArrayList<>();
        Path many = Files.createDirectory(directory.resolve("many"));
        for (int i = 0; i < MANY; i++) {
            Path path = Files.write(many.resolve("small-" + i), noise(i % 300, i));
            open.add(remap.openFile(path, MapMode.READ_ONLY, FileSpec.defaults()));
        }
        checkCost(MANY);
        assertThat(remap.regions()).hasSize(MANY);
        for (int i = 0; i < MANY; i++) {
            MemorySegment target = MemorySegment.ofArray(new byte[i % 300]);
            open.get(i).read(0, target);
            assertThat(target.toArray(JAVA_BYTE)).isEqualTo(noise(i % 300, i));
            assertThat(open.get(i).segment().mismatch(target)).isEqualTo(-1);
        }
        open.forEach(FileRegion::close);
        assertThat(remap.regions()).isEmpty();
    }

    /** What this many open files may cost. */
    protected abstract void checkCost(int files) throws RemapException;
}
