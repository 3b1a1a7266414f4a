// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.Tier;
import dev.remap.linux.FileIo;
import dev.remap.linux.FileStat;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look at a file that fails means: nothing. */
class FileVersionTest {
    /** A descriptor that cannot be looked at. */
    private static final int NONE = -1;

    /** Longer than a tick of a file system's clock. */
    private static final long TICK_MS = 30;

    private final FileStat stat = new FileStat();
    private Path path;
    private int fd;
    private FileVersion version;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        path = Files.write(directory.resolve("file"), new byte[RawMemory.PAGE_BYTES]);
        fd = (int) FileIo.open(path.toString(), FileIo.O_RDWR, 0);
        assertThat(stat.read(fd)).isNotNegative();
        version = FileVersion.of(stat);
    }

    @AfterEach
    void close() {
        version.release();
        FileIo.close(fd);
    }

    @Test
    void aLookThatFailsDoesNotMakeAFileStale() {
        assertThat(version.look(NONE, stat)).isEqualTo(Tier.IO_ERROR);
        assertThat(version.tryBeginStore(NONE, stat)).isEqualTo(Tier.IO_ERROR);
        assertThat(version.look(fd, stat)).isZero();
    }

    @Test
    void theTimeOfAStoreThatCouldNotBeReadIsTheOneFoundNext() throws Exception {
        storeUnseen();
        assertThat(version.look(fd, stat)).isZero();
        assertThat(version.look(fd, stat)).isZero();
    }

    @Test
    void aLaterChangeOfSomebodyElseIsFoundAllTheSame() throws Exception {
        storeUnseen();
        assertThat(version.look(fd, stat)).isZero();
        write();
        assertThat(version.look(fd, stat)).isEqualTo(Tier.STALE);
    }

    private void storeUnseen() throws Exception {
        assertThat(version.tryBeginStore(fd, stat)).isZero();
        write();
        assertThat(version.endStore(NONE, stat)).isEqualTo(Tier.IO_ERROR);
    }

    private void write() throws Exception {
        Thread.sleep(TICK_MS);
        assertThat(FileIo.pwrite(fd, new PageChecksum(1).address(0), RawMemory.PAGE_BYTES, 0))
                .isEqualTo(RawMemory.PAGE_BYTES);
    }
}
