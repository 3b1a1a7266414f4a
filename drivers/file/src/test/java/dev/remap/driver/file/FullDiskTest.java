// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.BackingFiles;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.FileIo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a file system that really is full. */
@Timeout(120)
class FullDiskTest {
    private static final long IMAGE_BYTES = 8 << 20;
    private static final int MORE_THAN_FITS = 4096;
    private static final int BATCH = 200;

    @TempDir
    private Path scratch = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"io=uring,direct=on", "io=aio,direct=on", "io=plain,direct=on", "io=uring,direct=off"})
    void whatFindsNoRoomIsRefusedAndNothingIsLost(String options) throws Exception {
        try (SmallFileSystem disk = new SmallFileSystem(scratch, IMAGE_BYTES);
                Fixture fixture = new Fixture(disk.directory, options, Fixture.PLENTY)) {
            Map<Long, Long> stored = fill(fixture);
            assertThat(stored).hasSizeBetween(500, 2048);
            assertThat(fixture.spill.charged())
                    .as("refused slots are given back")
                    .isEqualTo(stored.size());
            expect(fixture, stored);
            assertThat(fixture.store(9_999)).isEqualTo(Tier.NO_CAPACITY);

            Map.Entry<Long, Long> any = stored.entrySet().iterator().next();
            fixture.tier.free(any.getValue());
            stored.remove(any.getKey());
            long again = fixture.store(9_999);
            assertThat(again).as("a slot that has its disk already").isNotNegative();
            stored.put(9_999L, again);
            expect(fixture, stored);

            stored.values().forEach(fixture.tier::free);
            fixture.tier.compact(Long.MAX_VALUE / 2);
            assertThat(fixture.spill.charged()).isZero();
            assertThat(Arrays.stream(fixture.storeAll(0, BATCH)))
                    .as("after a punch")
                    .allMatch(slot -> slot >= 0);
        }
    }

    private static Map<Long, Long> fill(Fixture fixture) {
        Map<Long, Long> stored = new HashMap<>();
        for (long first = 0; first < MORE_THAN_FITS; first += BATCH) {
            long[] locations = fixture.storeAll(first, BATCH);
            for (int i = 0; i < BATCH; i++) {
                if (locations[i] >= 0) {
                    stored.put(first + i, locations[i]);
                } else {
                    assertThat(locations[i]).isEqualTo(Tier.NO_CAPACITY);
                }
            }
        }
        return stored;
    }

    private static void expect(Fixture fixture, Map<Long, Long> stored) {
        stored.forEach((page, location) -> {
            assertThat(fixture.fetch(page, location)).isZero();
            assertThat(fixture.target.get(0)).as("page %d", page).isEqualTo(Pages.random(page));
        });
    }

    @Test
    void anotherFilesSpaceIsUsedOnceItIsThere() throws Exception {
        try (SmallFileSystem disk = new SmallFileSystem(scratch, IMAGE_BYTES)) {
            Path other = Files.write(disk.directory.resolve("other"), new byte[2 << 20]);
            try (Fixture fixture = new Fixture(disk.directory, "", Fixture.PLENTY)) {
                int before = fill(fixture).size();
                Files.delete(other);
                Thread.sleep(1200); // the pause after which a full disk is tried again
                long[] locations = fixture.storeAll(0, BATCH);
                assertThat(Arrays.stream(locations)).as("after %d", before).allMatch(slot -> slot >= 0);
                fixture.expectAll(0, locations);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHoleOfAnExistingFileThatCannotBeFilledIsRefused(boolean direct) throws Exception {
        try (SmallFileSystem disk = new SmallFileSystem(scratch, IMAGE_BYTES);
                BackingFiles files = new ExistingFilesOps(IoKind.AUTO).open("test", 1 << 20)) {
            int pages = MORE_THAN_FITS;
            String path = disk.directory.resolve("sparse").toString();
            int fd = (int) FileIo.open(path, FileIo.O_RDWR | FileIo.O_CREAT, 0600);
            FileIo.ftruncate(fd, (long) pages * Pages.BYTES);
            files.attach(0, 0, (long) pages * Pages.BYTES, fd, BackingFiles.Mode.READ_WRITE, direct);
            Pages memory = new Pages(1024);
            PageBatch batch = new PageBatch(1024);
            int refused = 0;
            for (int first = 0; first < pages; first += 1024) {
                batch.clear();
                for (int i = 0; i < 1024; i++) {
                    batch.add(first + i, 0, memory.address(i));
                }
                files.storeAll(batch);
                for (int i = 0; i < 1024; i++) {
                    assertThat(batch.result(i)).isIn(0L, Tier.NO_CAPACITY);
                    refused += batch.result(i) < 0 ? 1 : 0;
                }
            }
            assertThat(refused).isBetween(2000, 3800);
            assertThat(files.isStale(0)).isFalse();
        }
    }
}
