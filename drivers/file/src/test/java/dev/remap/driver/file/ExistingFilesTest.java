// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.remap.driver.BackingFiles;
import dev.remap.driver.BackingFiles.Mode;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ExistingFilesTest {
    private static final int PAGES = 300;
    private static final long REGION_PAGES = 1L << 24;

    @TempDir
    private Path directory = Path.of("");

    private final Pages memory = new Pages(1024);
    private final PageBatch batch = new PageBatch(1024);
    private BackingFiles files = new ExistingFilesOps(IoKind.AUTO).open("test", REGION_PAGES);
    private Tier.Fetcher fetcher = files.newFetcher();

    @AfterEach
    void close() {
        files.close();
    }

    private void use(IoKind io) {
        files.close();
        files = new ExistingFilesOps(io).open("test", REGION_PAGES);
        fetcher = files.newFetcher();
    }

    /** Bytes whose every page is different. */
    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        for (int page = 0; page * Pages.BYTES < bytes; page++) {
            byte[] one = Pages.random(page);
            System.arraycopy(one, 0, content, page * Pages.BYTES, Math.min(Pages.BYTES, bytes - page * Pages.BYTES));
        }
        return content;
    }

    private static int descriptor(Path path, int flags) {
        long fd = FileIo.open(path.toString(), flags | FileIo.O_CLOEXEC, 0600);
        assertThat(fd).as(Errno.name(fd)).isNotNegative();
        return (int) fd;
    }

    private Path attach(long firstPage, int bytes, Mode mode, boolean direct) throws IOException {
        Path path = Files.write(directory.resolve("file" + firstPage), content(bytes));
        files.attach(firstPage, 0, bytes, descriptor(path, FileIo.O_RDWR), mode, direct);
        return path;
    }

    private long fetch(long page) {
        memory.wipe();
        return fetcher.fetch(page, 0, memory.address(0));
    }

    private void fetchAll(long first, int pages) {
        memory.wipe();
        batch.clear();
        for (int i = 0; i < pages; i++) {
            batch.add(first + i, 0, memory.address(i));
        }
        fetcher.fetchAll(batch);
    }

    private long store(long page, byte[] content) {
        memory.put(1, content);
        batch.clear();
        batch.add(page, 0, memory.address(1));
        files.storeAll(batch);
        return batch.result(0);
    }

    @ParameterizedTest
    @CsvSource({"URING,true", "URING,false", "AIO,true", "AIO,false", "PLAIN,true", "PLAIN,false"})
    void pagesAreTheFilesAndZerosBeyondItsEnd(IoKind io, boolean direct) throws Exception {
        use(io);
        int bytes = PAGES * Pages.BYTES - 1000;
        attach(7, bytes, Mode.READ_ONLY, direct);
        fetchAll(7, PAGES);
        byte[] expected = Arrays.copyOf(content(bytes), PAGES * Pages.BYTES);
        for (int i = 0; i < PAGES; i++) {
            assertThat(batch.result(i)).isZero();
            assertThat(memory.get(i)).isEqualTo(Arrays.copyOfRange(expected, i * Pages.BYTES, (i + 1) * Pages.BYTES));
        }
        assertThat(fetch(7 + PAGES - 1)).isZero();
        assertThat(memory.get(0)).isEqualTo(Arrays.copyOfRange(expected, (PAGES - 1) * Pages.BYTES, expected.length));
        assertThat(fetch(7 + PAGES)).as("behind").isEqualTo(Tier.IO_ERROR);
        assertThat(fetch(6)).as("before").isEqualTo(Tier.IO_ERROR);
    }

    @ParameterizedTest
    @CsvSource({"URING,true", "URING,false", "AIO,true", "PLAIN,false"})
    void storesComeBackAndStandInTheFileWhichGetsNoLonger(IoKind io, boolean direct) throws Exception {
        use(io);
        int bytes = PAGES * Pages.BYTES - 1000;
        Path path = attach(0, bytes, Mode.READ_WRITE, direct);
        batch.clear();
        for (int i = 0; i < PAGES; i++) {
            memory.put(i, 5000 + i);
            int page = i * 7 % PAGES;
            batch.add(page, 0, memory.address(i));
        }
        files.storeAll(batch);
        for (int i = 0; i < PAGES; i++) {
            assertThat(batch.result(i)).isZero();
        }
        assertThat(Files.size(path)).isEqualTo(bytes);
        byte[] written = Files.readAllBytes(path);
        for (int i = 0; i < PAGES; i++) {
            int page = i * 7 % PAGES;
            int length = Math.min(Pages.BYTES, bytes - page * Pages.BYTES);
            assertThat(Arrays.copyOfRange(written, page * Pages.BYTES, page * Pages.BYTES + length))
                    .isEqualTo(Arrays.copyOf(Pages.random(5000 + i), length));
        }
        fetchAll(0, PAGES);
        assertThat(memory.get(7)).isEqualTo(Pages.random(5001));
        assertThat(batch.result(7)).isZero();
        assertThat(files.sync(3)).isZero();
        assertThat(files.isStale(3)).isFalse();
    }

    @Test
    void bytesBehindThoseAttachedStayAsTheyAre() throws Exception {
        Path path = Files.write(directory.resolve("file"), content(4 * Pages.BYTES));
        int fd = descriptor(path, FileIo.O_RDWR);
        files.attach(0, Pages.BYTES, Pages.BYTES + 10, fd, Mode.READ_WRITE, true);
        assertThat(store(1, Pages.random(77))).isZero();
        byte[] expected = content(4 * Pages.BYTES);
        System.arraycopy(Pages.random(77), 0, expected, 2 * Pages.BYTES, 10);
        assertThat(Files.readAllBytes(path)).isEqualTo(expected);
        assertThat(fetch(1)).isZero();
        assertThat(memory.get(0)).isEqualTo(Arrays.copyOf(Arrays.copyOf(Pages.random(77), 10), Pages.BYTES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"truncate", "append", "overwrite"})
    void aFileThatSomebodyChangedIsStaleForGood(String change) throws Exception {
        Path path = attach(0, PAGES * Pages.BYTES, Mode.READ_WRITE, false);
        attach(1000, Pages.BYTES, Mode.READ_WRITE, false);
        assertThat(store(4, Pages.random(1))).isZero();
        Thread.sleep(20); // beyond a tick of the file system's clock
        byte[] before = Files.readAllBytes(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            switch (change) {
                case "truncate" -> channel.truncate(2 * Pages.BYTES);
                case "append" -> channel.write(ByteBuffer.allocate(1), before.length);
                default -> channel.write(ByteBuffer.allocate(1), 9);
            }
        }
        fetchAll(0, 10);
        assertThat(batch.result(0)).isEqualTo(Tier.STALE);
        assertThat(batch.result(9)).isEqualTo(Tier.STALE);
        assertThat(fetch(1)).isEqualTo(Tier.STALE);
        assertThat(store(1, Pages.random(1))).isEqualTo(Tier.STALE);
        assertThat(files.sync(1)).isEqualTo(Tier.STALE);
        Files.write(path, before);
        assertThat(files.isStale(1)).as("sticky").isTrue();
        assertThat(files.isStale(1000)).as("another file").isFalse();
        assertThat(fetch(1000)).isZero();
    }

    @Test
    void aStoreFindsAChangeBeforeItWrites() throws Exception {
        Path path = attach(0, 2 * Pages.BYTES, Mode.READ_WRITE, false);
        Thread.sleep(20);
        byte[] theirs = Pages.random(99);
        Files.write(path, Arrays.copyOf(theirs, 2 * Pages.BYTES));
        assertThat(store(0, Pages.random(1))).isEqualTo(Tier.STALE);
        assertThat(Arrays.copyOf(Files.readAllBytes(path), Pages.BYTES)).isEqualTo(theirs);
    }

    @Test
    void aFileThatIsDeletedOrReplacedStaysWhatItWas() throws Exception {
        Path deleted = attach(0, 10 * Pages.BYTES, Mode.READ_WRITE, true);
        Path replaced = attach(100, 10 * Pages.BYTES, Mode.READ_WRITE, false);
        Files.delete(deleted);
        Path other = Files.write(directory.resolve("other"), new byte[5]);
        Files.move(other, replaced, StandardCopyOption.REPLACE_EXISTING);
        for (long page : new long[] {3, 103}) {
            assertThat(fetch(page)).isZero();
            assertThat(memory.get(0)).isEqualTo(Pages.random(3));
            assertThat(store(page, Pages.random(55))).isZero();
            assertThat(fetch(page)).isZero();
            assertThat(memory.get(0)).isEqualTo(Pages.random(55));
            assertThat(files.isStale(page)).isFalse();
        }
        assertThat(Files.size(replaced)).isEqualTo(5);
    }

    @Test
    void placesOfOneFileAreWrittenTogetherAndBecomeStaleTogether() throws Exception {
        Path path = attach(0, 10 * Pages.BYTES, Mode.READ_WRITE, false);
        long offset = 5 * Pages.BYTES;
        files.attach(50, offset, 5 * Pages.BYTES, descriptor(path, FileIo.O_RDWR), Mode.READ_WRITE, true);
        for (int round = 0; round < 5; round++) {
            Thread.sleep(5);
            batch.clear();
            batch.add(1, 0, memory.address(1));
            batch.add(52, 0, memory.address(2));
            files.storeAll(batch);
            assertThat(batch.result(0)).isZero();
            assertThat(batch.result(1)).isZero();
            assertThat(fetch(2)).isZero();
            assertThat(fetch(53)).isZero();
        }
        Thread.sleep(20);
        Files.write(path, content(10 * Pages.BYTES));
        assertThat(fetch(53)).isEqualTo(Tier.STALE);
        assertThat(fetch(2)).isEqualTo(Tier.STALE);
        files.attach(100, 0, 5, descriptor(path, FileIo.O_RDWR), Mode.READ_WRITE, false);
        assertThat(fetch(100)).as("opened again, as it is now").isZero();
        assertThat(fetch(53)).isEqualTo(Tier.STALE);
        for (long place : new long[] {0, 50, 100}) {
            files.detach(place);
        }
        files.attach(100, 0, 5, descriptor(path, FileIo.O_RDWR), Mode.READ_WRITE, false);
        assertThat(fetch(100)).isZero();
    }

    @Test
    void aFileToBeDetachedServesWhatWasBegun() throws Exception {
        attach(3, 5 * Pages.BYTES, Mode.READ_ONLY, true);
        files.startDetaching(4);
        assertThat(files.endPage(4)).as("named by its first page only").isEqualTo(8);
        files.startDetaching(3);
        assertThat(files.firstPage(4)).isEqualTo(4);
        assertThat(files.endPage(4)).isEqualTo(4);
        assertThat(fetch(4)).isZero();
        files.detach(3);
        assertThat(fetch(4)).isEqualTo(Tier.IO_ERROR);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ownStoresMakeNothingStaleForFetchersBeside(boolean direct) throws Exception {
        attach(0, PAGES * Pages.BYTES, Mode.READ_WRITE, direct);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Long> beside = CompletableFuture.supplyAsync(() -> {
            Tier.Fetcher another = files.newFetcher();
            Pages target = new Pages(1);
            long worst = 0;
            while (!done.get()) {
                worst = Math.min(worst, another.fetch(200, 0, target.address(0)));
            }
            return worst;
        });
        for (int round = 0; round < 300; round++) {
            assertThat(store(round % 100, Pages.random(round))).isZero();
        }
        done.set(true);
        assertThat(beside.join()).isZero();
        assertThat(files.isStale(0)).isFalse();
    }

    @Test
    void whatIsNotARegularFileIsRefusedByNameAndClosed() throws Exception {
        int[] pipe = new int[2];
        FileIo.pipe2(pipe, FileIo.O_CLOEXEC);
        refused(pipe[0], "pipe");
        FileIo.close(pipe[1]);
        refused(descriptor(directory, FileIo.O_RDONLY), "directory");
        refused(descriptor(Path.of("/dev/zero"), FileIo.O_RDONLY), "character device");
    }

    private void refused(int fd, String why) {
        assertThatThrownBy(() -> files.attach(0, 0, 10, fd, Mode.READ_ONLY, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
        assertThat(FileIo.statusFlags(fd)).as("closed").isEqualTo(-Errno.EBADF);
        assertThat(files.isStale(0)).isFalse();
    }

    @Test
    void aFileThatIsTooShortOrOpenedWronglyIsRefused() throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[9]);
        refused(descriptor(path, FileIo.O_RDONLY), "has 9 bytes");
        Path longer = Files.write(directory.resolve("longer"), new byte[10]);
        refused(descriptor(longer, FileIo.O_WRONLY), "not open for reading");
        int readOnly = descriptor(longer, FileIo.O_RDONLY);
        assertThatThrownBy(() -> files.attach(0, 0, 10, readOnly, Mode.READ_WRITE, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reading and writing");
    }

    @Test
    void placesThatCannotBeAreRefused() throws Exception {
        attach(10, 3 * Pages.BYTES, Mode.READ_ONLY, false);
        Path path = Files.write(directory.resolve("file"), new byte[5 * Pages.BYTES]);
        for (long first : new long[] {8, 9, 10, 12}) {
            int fd = descriptor(path, FileIo.O_RDONLY);
            assertThatThrownBy(() -> files.attach(first, 0, 5 * Pages.BYTES, fd, Mode.READ_ONLY, false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("detach it first");
            assertThat(FileIo.statusFlags(fd)).isEqualTo(-Errno.EBADF);
        }
        long[][] wrong = {
            {0, 1, 5}, {0, -4096, 5}, {0, 0, 0}, {-1, 0, 5}, {REGION_PAGES, 0, 5}, {REGION_PAGES - 1, 0, 4097}
        };
        for (long[] place : wrong) {
            int fd = descriptor(path, FileIo.O_RDONLY);
            assertThatThrownBy(() -> files.attach(place[0], place[1], place[2], fd, Mode.READ_ONLY, false))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(FileIo.statusFlags(fd)).isEqualTo(-Errno.EBADF);
        }
        files.attach(5, 0, 5 * Pages.BYTES, descriptor(path, FileIo.O_RDONLY), Mode.READ_ONLY, false);
        files.attach(13, 0, 5 * Pages.BYTES, descriptor(path, FileIo.O_RDONLY), Mode.READ_ONLY, false);
    }

    @Test
    void aFileThatIsReadOnlyIsNotWritten() throws Exception {
        Path path = attach(0, 3 * Pages.BYTES, Mode.READ_ONLY, false);
        assertThat(store(1, Pages.random(9)))
                .as("done, since there is nothing to do")
                .isZero();
        assertThat(store(100, Pages.random(9))).as("no file").isEqualTo(Tier.IO_ERROR);
        assertThat(Files.readAllBytes(path)).isEqualTo(content(3 * Pages.BYTES));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void descriptorsThatAppendOrGoAroundThePageCacheAreUsedWithout(boolean append) throws Exception {
        Path path = Files.write(directory.resolve("file"), content(2 * Pages.BYTES + 5));
        int flags = append ? FileIo.O_APPEND : FileIo.O_DIRECT;
        files.attach(0, 0, 2 * Pages.BYTES + 5, descriptor(path, FileIo.O_RDWR | flags), Mode.READ_WRITE, false);
        assertThat(store(0, Pages.random(1000))).isZero();
        assertThat(store(2, Pages.random(1002))).isZero();
        assertThat(Files.size(path)).isEqualTo(2 * Pages.BYTES + 5);
        assertThat(fetch(0)).isZero();
        assertThat(memory.get(0)).isEqualTo(Pages.random(1000));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sparseFilesBeyondTwoGigabytesAreReadAndWritten(boolean direct) throws Exception {
        long bytes = (5L << 30) + 77;
        Path path = directory.resolve("sparse");
        int fd = descriptor(path, FileIo.O_RDWR | FileIo.O_CREAT);
        assertThat(FileIo.ftruncate(fd, bytes)).isZero();
        files.attach(3, 0, bytes, fd, Mode.READ_WRITE, direct);
        long lastPage = 3 + (bytes >>> 12);
        for (long page : new long[] {3, 3 + (1 << 19), 3 + (1 << 20), lastPage}) {
            assertThat(fetch(page)).isZero();
            assertThat(memory.get(0)).containsOnly(0);
            assertThat(store(page, Pages.random(page))).isZero();
            assertThat(fetch(page)).isZero();
            int length = page == lastPage ? 77 : Pages.BYTES;
            assertThat(Arrays.copyOf(memory.get(0), length)).isEqualTo(Arrays.copyOf(Pages.random(page), length));
        }
        assertThat(Files.size(path)).isEqualTo(bytes);
        assertThat(FileIo.allocatedBytes(descriptor(path, FileIo.O_RDONLY))).isLessThan(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tmpfsWillDo(boolean direct) throws Exception {
        Path shm = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(shm), "no /dev/shm");
        Path path = Files.createTempFile(shm, "remap-test", "");
        try {
            Files.write(path, content(50 * Pages.BYTES + 1));
            files.attach(0, 0, 50 * Pages.BYTES + 1, descriptor(path, FileIo.O_RDWR), Mode.READ_WRITE, direct);
            assertThat(store(50, Pages.random(1))).isZero();
            assertThat(store(49, Pages.random(2))).isZero();
            fetchAll(0, 51);
            assertThat(batch.result(50)).isZero();
            assertThat(memory.get(49)).isEqualTo(Pages.random(2));
            assertThat(memory.get(48)).isEqualTo(Pages.random(48));
            assertThat(Files.size(path)).isEqualTo(50 * Pages.BYTES + 1);
        } finally {
            Files.delete(path);
        }
    }

    /** Memory that is not there stands for a device that fails. */
    @ParameterizedTest
    @CsvSource({"URING,true", "URING,false", "AIO,true", "PLAIN,false"})
    void whatFailsFailsForItsPageOnly(IoKind io, boolean direct) throws Exception {
        use(io);
        Path path = attach(0, 40 * Pages.BYTES, Mode.READ_WRITE, direct);
        for (boolean store : new boolean[] {false, true}) {
            batch.clear();
            for (int i = 0; i < 40; i++) {
                batch.add(i, 0, i == 20 ? Pages.BYTES : memory.address(i));
            }
            if (store) {
                files.storeAll(batch);
            } else {
                fetcher.fetchAll(batch);
            }
            for (int i = 0; i < 40; i++) {
                assertThat(batch.result(i)).as("page %d", i).isEqualTo(i == 20 ? Tier.IO_ERROR : 0);
            }
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(content(40 * Pages.BYTES));
        assertThat(files.isStale(0)).isFalse();
    }

    @Test
    void manyFilesAreFoundAndTheirDescriptorsClosed() throws Exception {
        int before = descriptors();
        int many = 400;
        for (int i = many - 1; i >= 0; i--) {
            byte[] content = Pages.random(i);
            Path path = Files.write(directory.resolve("many" + i), Arrays.copyOf(content, 100 + i));
            int fd = descriptor(path, FileIo.O_RDONLY);
            files.attach(i * 3L, 0, 100 + i, fd, Mode.READ_ONLY, i % 2 == 0);
        }
        assertThat(descriptors()).isLessThanOrEqualTo(before + many);
        fetchAll(0, 1024);
        for (int page = 0; page < 1024; page++) {
            assertThat(batch.result(page)).as("page %d", page).isEqualTo(page % 3 == 0 ? 0 : Tier.IO_ERROR);
            if (page % 3 == 0) {
                byte[] expected = Arrays.copyOf(Arrays.copyOf(Pages.random(page / 3), 100 + page / 3), Pages.BYTES);
                assertThat(memory.get(page)).isEqualTo(expected);
            }
        }
        for (int i = 0; i < many; i += 2) {
            files.detach(i * 3L);
            files.detach(i * 3L + 1);
        }
        assertThat(descriptors()).isLessThanOrEqualTo(before + many);
        assertThat(fetch(0)).isEqualTo(Tier.IO_ERROR);
        assertThat(fetch(3)).isZero();
        files.close();
        assertThat(descriptors()).isLessThan(before);
        assertThat(fetch(3)).isEqualTo(Tier.IO_ERROR);
    }

    private static int descriptors() {
        return Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list()).length;
    }
}
