// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.RegisteredMemory.PAGE;
import static dev.remap.linux.RegisteredMemory.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files say of themselves, files without names, and other ways into an open file. */
class FileStatTest {

    private final MemorySegment buffer = Arena.ofAuto().allocate(2 * PAGE, PAGE);
    private final FileStat stat = new FileStat();

    @TempDir
    private Path directory = Path.of("");

    private static int open(Path path, int flags) {
        return (int) ok(FileIo.open(path.toString(), flags | FileIo.O_CLOEXEC, 0600));
    }

    @Test
    void aFileTellsWhatTheFileSystemTells() throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[12_345]);
        Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1_234_567_890, 987_654_321)));
        int fd = open(path, FileIo.O_RDONLY);
        assertThat(stat.read(fd)).isZero();
        assertThat(stat.sizeBytes()).isEqualTo(12_345);
        assertThat(stat.inode()).isEqualTo(Files.getAttribute(path, "unix:ino"));
        assertThat(stat.links()).isOne();
        assertThat(stat.mtimeSeconds()).isEqualTo(1_234_567_890);
        assertThat(stat.mtimeNanos()).isEqualTo(987_654_321);
        assertThat(stat.isRegularFile()).isTrue();
        assertThat(stat.kind()).isEqualTo("regular file");
        Files.delete(path);
        assertThat(stat.read(fd)).isZero();
        assertThat(stat.links()).isZero();
        FileIo.close(fd);
        assertThat(stat.read(fd)).isEqualTo(-Errno.EBADF);
        assertThat(stat.sizeBytes()).isEqualTo(12_345);
    }

    @Test
    void filesOnDifferentFileSystemsHaveDifferentDevices() {
        int file = open(directory, FileIo.O_RDONLY);
        stat.read(file);
        long here = stat.device();
        assertThat(stat.kind()).isEqualTo("directory");
        int proc = open(Path.of("/proc/self/stat"), FileIo.O_RDONLY);
        stat.read(proc);
        assertThat(stat.device()).isNotEqualTo(here);
        FileIo.close(file);
        FileIo.close(proc);
    }

    @Test
    void otherKindsAreNamed() {
        int[] pipe = new int[2];
        ok(FileIo.pipe2(pipe, FileIo.O_CLOEXEC));
        stat.read(pipe[0]);
        assertThat(stat.kind()).isEqualTo("pipe");
        assertThat(stat.isRegularFile()).isFalse();
        int device = open(Path.of("/dev/null"), FileIo.O_RDONLY);
        stat.read(device);
        assertThat(stat.kind()).isEqualTo("character device");
        FileIo.close(device);
        FileIo.close(pipe[0]);
        FileIo.close(pipe[1]);
    }

    @Test
    void aFileWithoutANameIsItsOwnersOnly() {
        long fd = FileIo.open(directory.toString(), FileIo.O_TMPFILE | FileIo.O_RDWR | FileIo.O_EXCL, 0600);
        assumeTrue(fd != -Errno.EOPNOTSUPP, "the temporary directory's file system has no O_TMPFILE");
        ok(fd);
        assertThat(stat.read((int) fd)).isZero();
        assertThat(stat.links()).isZero();
        assertThat(stat.permissions()).isEqualTo(0600);
        assertThat(directory).isEmptyDirectory();
        FileIo.close((int) fd);
    }

    @Test
    void aReopenedFileHasFlagsOfItsOwn() throws Exception {
        Path path = Files.createFile(directory.resolve("file"));
        int appending = open(path, FileIo.O_RDWR | FileIo.O_APPEND);
        int plain = (int) ok(FileIo.reopen(appending, FileIo.O_RDWR));
        assertThat(FileIo.statusFlags(appending) & FileIo.O_APPEND).isNotZero();
        assertThat(FileIo.statusFlags(plain) & FileIo.O_APPEND).isZero();
        assertThat(FileIo.statusFlags(plain) & FileIo.O_ACCMODE).isEqualTo(FileIo.O_RDWR);
        Files.delete(path);
        int readOnly = (int) ok(FileIo.reopen(plain, FileIo.O_RDONLY));
        assertThat(FileIo.pwrite(readOnly, buffer.address(), 1, 0)).isEqualTo(-Errno.EBADF);
        FileIo.close(appending);
        FileIo.close(plain);
        FileIo.close(readOnly);
        assertThat(FileIo.reopen(plain, FileIo.O_RDONLY)).isEqualTo(-Errno.ENOENT);
        assertThat(FileIo.statusFlags(plain)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void dataIsMadeDurableAndDroppedFromThePageCache() {
        int fd = open(directory.resolve("file"), FileIo.O_RDWR | FileIo.O_CREAT);
        assertThat(FileIo.pwrite(fd, buffer.address(), 2 * PAGE, 0)).isEqualTo(2 * PAGE);
        assertThat(FileIo.fdatasync(fd)).isZero();
        assertThat(FileIo.fadvise(fd, 0, 0, FileIo.POSIX_FADV_DONTNEED)).isZero();
        assertThat(FileIo.fadvise(fd, 0, 0, 99)).isEqualTo(-Errno.EINVAL);
        FileIo.close(fd);
        assertThat(FileIo.fdatasync(fd)).isEqualTo(-Errno.EBADF);
        assertThat(FileIo.fadvise(fd, 0, 0, FileIo.POSIX_FADV_DONTNEED)).isEqualTo(-Errno.EBADF);
    }
}
