// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.RegisteredMemory.PAGE;
import static dev.remap.linux.RegisteredMemory.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memfd, FileIo, Mmap and process_madvise on a memfd of eight pages. */
class FilesAndMemoryTest {

    private static final long SIZE = 8 * PAGE;

    private final MemorySegment buffer = Arena.ofAuto().allocate(PAGE, 8);
    private int memfd;

    @BeforeEach
    void create() {
        memfd = (int) ok(Memfd.createSized("remap-test", SIZE));
    }

    @AfterEach
    void close() {
        FileIo.close(memfd);
    }

    @Test
    void aMemfdHasItsSizeNoPagesAndIsItsOwnersOnly() throws Exception {
        assertThat(FileIo.fileSize(memfd)).isEqualTo(SIZE);
        assertThat(FileIo.allocatedBytes(memfd)).isZero();
        assertThat(Files.getPosixFilePermissions(Path.of("/proc/self/fd/" + memfd)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aSizeThatCannotBeIsRefusedWithoutALeak() {
        assertThat(Memfd.createSized("negative", -1)).isEqualTo(-Errno.EINVAL);
        assertThat(Memfd.create("x".repeat(300), Memfd.MFD_CLOEXEC)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void dataIsFoundByPositionAndByHole() {
        buffer.set(ValueLayout.JAVA_LONG, 0, 11);
        assertThat(FileIo.pwrite(memfd, buffer.address(), 8, 2 * PAGE)).isEqualTo(8);
        buffer.set(ValueLayout.JAVA_LONG, 0, 0);
        assertThat(FileIo.pread(memfd, buffer.address(), 8, 2 * PAGE)).isEqualTo(8);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(11);
        assertThat(FileIo.allocatedBytes(memfd)).isEqualTo(PAGE);
        assertThat(FileIo.lseek(memfd, 0, FileIo.SEEK_DATA)).isEqualTo(2 * PAGE);
        assertThat(FileIo.lseek(memfd, 2 * PAGE, FileIo.SEEK_HOLE)).isEqualTo(3 * PAGE);
        assertThat(FileIo.lseek(memfd, 3 * PAGE, FileIo.SEEK_DATA)).isEqualTo(-Errno.ENXIO);
        assertThat(FileIo.punchHole(memfd, 2 * PAGE, PAGE)).isZero();
        assertThat(FileIo.allocatedBytes(memfd)).isZero();
        assertThat(FileIo.fileSize(memfd)).isEqualTo(SIZE);
    }

    @Test
    void readingAHoleAllocatesNothing() {
        assertThat(FileIo.pread(memfd, buffer.address(), PAGE, 0)).isEqualTo(PAGE);
        assertThat(FileIo.allocatedBytes(memfd)).isZero();
        assertThat(FileIo.pread(memfd, buffer.address(), PAGE, SIZE)).as("end").isZero();
    }

    @Test
    void aFileSaysWhenItChangedAndWhatItIs(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "text");
        Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1_600_000_000_123L));
        int fd = (int) ok(FileIo.open(file.toString(), FileIo.O_RDWR, 0));
        assertThat(FileIo.modifiedNs(fd)).isEqualTo(1_600_000_000_123_000_000L);
        assertThat(FileIo.isRegular(fd)).isEqualTo(1);
        assertThat(FileIo.writeBack(fd, 0, 4)).isZero();
        FileIo.close(fd);
        int folder = (int) ok(FileIo.open(directory.toString(), FileIo.O_RDONLY, 0));
        assertThat(FileIo.isRegular(folder)).isZero();
        FileIo.close(folder);
        assertThat(FileIo.modifiedNs(-1)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void mincoreTellsWhatIsInMemoryAndLockedPagesAre() {
        long address =
                ok(Mmap.map(0, SIZE, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_PRIVATE | Mmap.MAP_ANONYMOUS, -1, 0));
        assertThat(Mmap.mincore(address, SIZE, buffer.address())).isZero();
        assertThat(buffer.get(ValueLayout.JAVA_BYTE, 2) & 1).isZero();
        assertThat(Mmap.mlock(address + 2 * PAGE, PAGE)).isZero();
        assertThat(Mmap.mincore(address, SIZE, buffer.address())).isZero();
        assertThat(buffer.get(ValueLayout.JAVA_BYTE, 2) & 1).isEqualTo(1);
        assertThat(buffer.get(ValueLayout.JAVA_BYTE, 3) & 1).isZero();
        assertThat(Mmap.msync(address, SIZE, Mmap.MS_SYNC)).isZero();
        assertThat(Mmap.munlock(address + 2 * PAGE, PAGE)).isZero();
        ok(Mmap.unmap(address, SIZE));
    }

    @Test
    void fallocateReservesPages() {
        assertThat(FileIo.fallocate(memfd, 0, 0, 3 * PAGE)).isZero();
        assertThat(FileIo.allocatedBytes(memfd)).isEqualTo(3 * PAGE);
    }

    @Test
    void aReopenedMemfdCannotBeWritten() {
        int readOnly = (int) ok(Memfd.reopenReadOnly(memfd));
        assertThat(FileIo.pwrite(readOnly, buffer.address(), 8, 0)).isEqualTo(-Errno.EBADF);
        assertThat(Mmap.map(0, PAGE, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, readOnly, 0))
                .isEqualTo(-Errno.EACCES);
        assertThat(FileIo.pread(readOnly, buffer.address(), 8, 0)).isEqualTo(8);
        FileIo.close(readOnly);
    }

    @Test
    void aDuplicateOutlivesTheOriginal() {
        int duplicate = (int) ok(FileIo.fcntlDup(memfd));
        FileIo.close(memfd);
        assertThat(FileIo.fileSize(duplicate)).isEqualTo(SIZE);
        memfd = duplicate;
    }

    @Test
    void filesAreMadeReadAndWritten(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("file");
        int file = (int) ok(
                FileIo.open(path.toString(), FileIo.O_RDWR | FileIo.O_CREAT | FileIo.O_EXCL | FileIo.O_CLOEXEC, 0600));
        assertThat(FileIo.write(file, buffer.address(), 10)).isEqualTo(10);
        assertThat(FileIo.ftruncate(file, 4)).isZero();
        assertThat(Files.size(path)).isEqualTo(4);
        assertThat(FileIo.open(path.toString(), FileIo.O_RDWR | FileIo.O_CREAT | FileIo.O_EXCL, 0600))
                .isEqualTo(-Errno.EEXIST);
        FileIo.close(file);
    }

    @Test
    void aMappingIsAccessibleWhileItsArenaIsOpen() {
        long address = ok(Mmap.map(0, SIZE, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, memfd, 0));
        MemorySegment segment;
        try (Arena arena = Arena.ofShared()) {
            segment = Mmap.segment(address, SIZE, arena, memory -> ok(Mmap.unmap(memory.address(), memory.byteSize())));
            segment.set(ValueLayout.JAVA_LONG, PAGE, 9);
            assertThat(FileIo.pread(memfd, buffer.address(), 8, PAGE)).isEqualTo(8);
            assertThat(buffer.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(9);
            assertThat(ProcFs.vmas(0, address, address + SIZE)).singleElement().satisfies(vma -> {
                assertThat(vma.permissions()).isEqualTo("rw-s");
                assertThat(vma.path()).contains("remap-test");
                assertThat(vma.start()).isEqualTo(address);
            });
        }
        MemorySegment closed = segment;
        assertThatThrownBy(() -> closed.get(ValueLayout.JAVA_LONG, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(Mmap.madvise(address, SIZE, Mmap.MADV_NORMAL)).as("unmapped").isEqualTo(-Errno.ENOMEM);
    }

    @Test
    void aMappingOverAnotherIsRefusedIfAskedTo() {
        long address = ok(Mmap.map(0, SIZE, Mmap.PROT_NONE, Mmap.MAP_SHARED, memfd, 0));
        int flags = Mmap.MAP_SHARED_VALIDATE | Mmap.MAP_FIXED_NOREPLACE;
        assertThat(Mmap.map(address, PAGE, Mmap.PROT_READ, flags, memfd, 0)).isEqualTo(-Errno.EEXIST);
        assertThat(Mmap.munlock(address, SIZE)).isZero();
        assertThat(Mmap.unmap(address, SIZE)).isZero();
    }

    @Test
    void basePagesAreKnown() {
        assertThat(Mmap.PAGE_SIZE).isPositive();
        assumeTrue(Mmap.PAGE_SIZE == PAGE, "pages of another size");
        assertThatCode(Mmap::requireBasePages4K).doesNotThrowAnyException();
    }

    @Test
    void pageoutByPidfdKeepsTheData() {
        long address = ok(Mmap.map(0, SIZE, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, memfd, 0));
        MemorySegment memory = Mmap.segment(address, SIZE);
        memory.fill((byte) 3);
        int self = (int) ok(Pidfd.open(PeerCredentials.self().pid()));
        IovecBatch batch = new IovecBatch(4);
        assertThat(batch.add(address, PAGE)).isTrue();
        assertThat(batch.add(address + PAGE, PAGE)).isTrue();
        assertThat(batch.add(address + 4 * PAGE, PAGE)).isTrue();
        assertThat(batch.count()).as("neighbours are one range").isEqualTo(2);
        long advised = ProcessMadvise.call(self, batch.address(), batch.count(), Mmap.MADV_PAGEOUT);
        assumeTrue(advised != -Errno.EPERM, "process_madvise is not permitted");
        assertThat(advised).isEqualTo(3 * PAGE);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, PAGE)).isEqualTo((byte) 3);
        FileIo.close(self);
        Mmap.unmap(address, SIZE);
    }

    @Test
    void aFullBatchRefusesARangeButStillGrows() {
        IovecBatch batch = new IovecBatch(1);
        assertThat(batch.add(4096, 4096)).isTrue();
        assertThat(batch.add(8192, 4096)).isTrue();
        assertThat(batch.add(4096 * 9, 4096)).isFalse();
        assertThat(batch.count()).isOne();
        batch.clear();
        assertThat(batch.count()).isZero();
        assertThat(batch.add(12288, 4096)).as("nothing is left to grow").isTrue();
        assertThat(batch.count()).isOne();
    }
}
