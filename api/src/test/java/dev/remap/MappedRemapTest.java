// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.RemapException.Category;
import dev.remap.linux.Errno;
import dev.remap.linux.ProcFs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only plain mappings do. */
class MappedRemapTest {
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Remap remap;

    @BeforeEach
    void open() throws RemapException {
        remap = MappedRemap.open(config());
    }

    private RemapConfig config() {
        return RemapConfig.defaults().dramBytes(16 * MIB).spillDirectory(directory);
    }

    @AfterEach
    void close() {
        remap.close();
    }

    private static void refused(Category category, String word, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(word)
                .isInstanceOfSatisfying(
                        RemapException.class, e -> assertThat(e.category()).isEqualTo(category));
    }

    @Test
    void statsSayThatTheKernelServes() throws RemapException {
        remap.create("used", RegionSpec.ofSize(MIB)).segment().set(JAVA_LONG, 0, 1);
        RemapStats stats = remap.stats();
        assertThat(stats.mode()).isEqualTo(ServiceMode.MMAP);
        assertThat(stats.dramBudgetBytes()).isZero();
        assertThat(stats.budgetOrigin()).contains("kernel", "MMAP");
        assertThat(stats.faults()).containsOnlyKeys(FaultKind.values());
        assertThat(remap.slowTouches()).isEmpty();
        assertThat(Remap.support().fallback()).isTrue();
    }

    @Test
    void aRegionIsAFileWithoutANameThatNobodyElseMayOpen() throws IOException {
        Region region = remap.create("hidden", RegionSpec.ofSize(1L << 36));
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
        Path link = descriptors().stream()
                .filter(path -> target(path).startsWith(directory.toString()))
                .findFirst()
                .orElseThrow();
        assertThat(target(link)).endsWith("(deleted)");
        assertThat(Files.getPosixFilePermissions(link)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        region.segment().set(JAVA_LONG, 1L << 35, 5);
        assertThat(region.stats().occupiedBytes()).isBetween(PAGE, MIB);
        region.discard(1L << 35, PAGE);
        assertThat(region.stats().occupiedBytes()).isLessThan(PAGE);
        region.close();
        assertThat(descriptors()).noneMatch(path -> target(path).startsWith(directory.toString()));
    }

    private static List<Path> descriptors() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile: " + e.getMessage();
        }
    }

    @Test
    void aSpillDirectoryThatCannotBeUsedIsNamed() throws RemapException {
        Path missing = directory.resolve("missing");
        try (Remap other = MappedRemap.open(config().spillDirectory(missing))) {
            RegionSpec spec = RegionSpec.ofSize(MIB);
            refused(Category.INVALID, missing.toString(), () -> other.create("a", spec));
            refused(Category.INVALID, missing.toString(), () -> other.create("a", spec));
            assertThat(other.regions()).isEmpty();
        }
    }

    @Test
    void theSizesOfRegionsStayWithinTheSpillLimit() throws RemapException {
        try (Remap other = MappedRemap.open(config().spillMaxBytes(3 * MIB))) {
            Region first = other.create("a", RegionSpec.ofSize(2 * MIB));
            refused(Category.CAPACITY, "spillMaxBytes", () -> other.create("b", RegionSpec.ofSize(2 * MIB)));
            first.close();
            other.create("b", RegionSpec.ofSize(2 * MIB));
        }
    }

    @Test
    void aViewThatOutlivesItsRegionReadsNothing() throws RemapException {
        Region region = remap.create("gone", RegionSpec.ofSize(MIB));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment view = region.segment(PAGE, PAGE, arena);
            view.set(JAVA_LONG, 0, 1);
            region.close();
            assertThatThrownBy(() -> view.get(JAVA_LONG, 0)).isInstanceOf(InternalError.class);
        }
    }

    @Test
    void halfTheBudgetMayBePinned() throws RemapException {
        Region region = remap.create("pinned", RegionSpec.ofSize(16 * MIB));
        refused(Category.QUOTA, "pin", () -> region.pin(0, 9 * MIB, PATIENCE));
        try (Pin first = region.pin(0, 6 * MIB, PATIENCE);
                Pin again = region.pin(0, 6 * MIB, PATIENCE)) {
            assertThat(again.segment().byteSize()).isEqualTo(first.segment().byteSize());
            refused(Category.QUOTA, "pin", () -> region.pin(8 * MIB, 3 * MIB, PATIENCE));
            assertThat(region.stats().pinnedBytes()).isEqualTo(6 * MIB);
        }
        region.pin(8 * MIB, 8 * MIB, PATIENCE).close();
    }

    @Test
    void overlappingPinsUnlockOnlyWhatNoOtherCovers() throws RemapException {
        Region region = remap.create("pinned", RegionSpec.ofSize(MIB));
        long before = ProcFs.statusKb(0, "VmLck");
        Pin whole = region.pin(0, 64 << 10, PATIENCE);
        org.junit.jupiter.api.Assumptions.assumeTrue(
                ProcFs.statusKb(0, "VmLck") == before + 64, "this process may not lock 64 KiB");
        Pin part = region.pin(16 << 10, 8 << 10, PATIENCE);
        whole.close();
        assertThat(ProcFs.statusKb(0, "VmLck")).isEqualTo(before + 8);
        part.close();
        assertThat(ProcFs.statusKb(0, "VmLck")).isEqualTo(before);
    }

    @Test
    void pagedOutBytesAreToldAndComeBack() throws RemapException {
        Region region = remap.create("out", RegionSpec.ofSize(8 * MIB));
        region.segment().fill((byte) 7);
        long out = region.pageOut(0, 8 * MIB);
        assertThat(out).isEqualTo(8 * MIB - region.residentBytes(0, 8 * MIB));
        assertThat(region.segment().asSlice(3 * MIB, 100).toArray(JAVA_BYTE)).containsOnly(7);
        region.load(0, 8 * MIB, PATIENCE);
        assertThat(region.stats().loadedPages() * PAGE).isBetween(0L, out);
    }

    @Test
    void aLoadThatHasNoTimeLeftSaysHowFarItCame() throws RemapException {
        Region region = remap.create("late", RegionSpec.ofSize(16 * MIB));
        refused(Category.DEADLINE, "in time", () -> region.load(0, 16 * MIB, Duration.ZERO));
    }

    @Test
    void verifyTellsOfEveryChangeThatOthersMade() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[10_000]);
        try (FileRegion region = remap.openFile(file, MapMode.READ_ONLY, FileSpec.defaults())) {
            region.verify(0, 10_000);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
            refused(Category.STALE, "changed", () -> region.verify(0, 1));
        }
        try (FileRegion region = remap.openFile(file, MapMode.READ_WRITE, FileSpec.defaults())) {
            region.segment().set(JAVA_BYTE, 0, (byte) 1);
            region.force(0, 1);
            region.verify(0, 10_000);
            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            refused(Category.STALE, "10001", () -> region.verify(0, 1));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(1);
            }
            refused(Category.STALE, "has 1", () -> region.verify(0, 1));
            refused(Category.STALE, "has 1", () -> region.force(0, 10_000));
        }
    }

    @Test
    void touchingBringsPagesInWhereTheKernelHasNoCallForIt() throws RemapException {
        Region region = remap.create("touched", RegionSpec.ofSize(MIB));
        region.segment().set(JAVA_LONG, PAGE, 77);
        MappedMemory memory = ((MappedRange) region).memory();
        memory.touch(1, MIB - 1, true);
        memory.touch(0, MIB, false);
        memory.touch(0, 0, false);
        assertThat(region.isLoaded(0, MIB)).isTrue();
        assertThat(region.segment().get(JAVA_LONG, PAGE)).isEqualTo(77);
    }

    @Test
    void tooManyMappingsAreAQuotaBeforeTheJvmHasNone() throws RemapException {
        MappingQuota quota = new MappingQuota(8);
        for (int i = 0; i < 7; i++) {
            quota.take();
        }
        refused(Category.QUOTA, "vm.max_map_count", quota::take);
        quota.give();
        quota.take();
        assertThat(MappingQuota.hostLimit()).isGreaterThan(1000);
    }

    @Test
    void whatTheKernelDoesNotMapIsToldApart() {
        MappingQuota quota = new MappingQuota(65_530);
        RemapException mappings = MappedMemory.failed("mmap", -Errno.ENOMEM, 65_530, quota);
        assertThat(mappings.category()).isEqualTo(Category.QUOTA);
        assertThat(mappings).hasMessageContaining("65530");
        assertThat(MappedMemory.failed("mmap", -Errno.ENOMEM, 400, quota).category())
                .isEqualTo(Category.NO_MEMORY);
        assertThat(MappedMemory.failed("mmap", -Errno.ENODEV, 0, quota).category())
                .isEqualTo(Category.UNSUPPORTED);
    }
}
