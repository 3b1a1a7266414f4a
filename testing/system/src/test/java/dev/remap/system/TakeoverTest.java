// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manager dies, and its standby goes on. */
class TakeoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long PAGES = 4 * BUDGET / Pages.SIZE;

    @TempDir
    Path directory;

    private final Remap remap;

    TakeoverTest() throws IOException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET).standby(true));
        awaitStandby();
    }

    @AfterEach
    void close() {
        long manager = remap.stats().managerPid();
        long standby = remap.stats().standbyPid();
        remap.close();
        Eventually.await("both are gone", PATIENCE, () -> !isAlive(manager) && !isAlive(standby));
    }

    private static boolean isAlive(long pid) {
        return pid != 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private void awaitStandby() {
        Eventually.await("a standby", PATIENCE, () -> remap.stats().standbyPid() != 0);
    }

    /** Kills the manager and waits until its standby serves, and has a standby itself. */
    private void kill(String signal) throws IOException {
        long before = remap.stats().takeovers();
        long manager = remap.stats().managerPid();
        new ProcessBuilder("kill", "-" + signal, Long.toString(manager)).start();
        Eventually.await("a takeover", PATIENCE, () -> remap.stats().takeovers() == before + 1);
        assertThat(remap.stats().managerPid()).isNotEqualTo(manager);
        awaitStandby();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zram", "zram,file", "file", "file:encrypt=aes-gcm", "zram,file:encrypt=aes-gcm"})
    void everyPageIsThereAfterTwoDeaths(String tiers) throws IOException {
        try (Region region =
                remap.create("kept", RegionSpec.ofSize(PAGES * Pages.SIZE).tiers(tiers.split(",")))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            kill("KILL");
            assertThat(Pages.wrongTexts(region.segment(), 0, PAGES)).isZero();
            region.verify(0, region.size());
            Pages.stamp(region.segment(), 0, PAGES);
            kill("ABRT");
            assertThat(Pages.wrongStamps(region.segment(), 0, PAGES)).isZero();
            assertThat(remap.stats().dramUsedBytes()).isLessThanOrEqualTo(BUDGET);
        }
    }

    @Test
    void pinsOutliveTheManager() throws IOException {
        try (Region region = remap.create("pinned", RegionSpec.ofSize(PAGES * Pages.SIZE))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            try (Pin pin = region.pin(0, 64 * Pages.SIZE, PATIENCE)) {
                kill("KILL");
                Eventually.await(
                        "the pin is known", PATIENCE, () -> region.stats().pinnedBytes() == 64 * Pages.SIZE);
                assertThat(Pages.wrongTexts(region.segment(), 64, PAGES - 64)).isZero();
                assertThat(region.residentBytes(0, 64 * Pages.SIZE)).isEqualTo(64 * Pages.SIZE);
                assertThat(Pages.wrongTexts(pin.segment(), 0, 64)).isZero();
            }
            assertThat(region.stats().pinnedBytes()).isZero();
        }
    }

    @Test
    void filesStayOpen() throws IOException {
        Path read = Files.write(directory.resolve("read"), Pages.text(1));
        Path written = Files.write(directory.resolve("written"), new byte[64 * Pages.SIZE]);
        Path left = Files.write(directory.resolve("left"), Pages.text(3));
        try (FileRegion reading = remap.openFile(read, MapMode.READ_ONLY, FileSpec.defaults());
                FileRegion writing = remap.openFile(written, MapMode.READ_WRITE, FileSpec.defaults());
                FileRegion leaving = remap.openFile(left, MapMode.PRIVATE, FileSpec.defaults())) {
            Pages.stamp(writing.segment(), 0, 64);
            Pages.write(leaving.segment(), 0, Pages.text(4));
            kill("KILL");
            assertThat(Pages.read(reading.segment(), 0)).isEqualTo(Pages.text(1));
            assertThat(Pages.read(leaving.segment(), 0)).isEqualTo(Pages.text(4));
            assertThat(Pages.wrongStamps(writing.segment(), 0, 64)).isZero();
            writing.force(0, writing.size());
            assertThat(writing.isStale()).isFalse();
            assertThat(reading.isStale()).isFalse();
            Path later = Files.write(directory.resolve("later"), Pages.text(5));
            try (FileRegion opened = remap.openFile(later, MapMode.READ_ONLY, FileSpec.defaults())) {
                assertThat(Pages.read(opened.segment(), 0)).isEqualTo(Pages.text(5));
            }
            assertThat(Files.readAllBytes(left)).isEqualTo(Pages.text(3));
        }
        ByteBuffer last = ByteBuffer.wrap(Files.readAllBytes(written)).order(ByteOrder.nativeOrder());
        assertThat(last.getLong(63 * Pages.SIZE)).isEqualTo(64);
    }

    @Test
    void aFileThatIsChangedWhileNobodyServesItIsStale() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[8 * Pages.SIZE]);
        try (FileRegion region = remap.openFile(file, MapMode.READ_ONLY, FileSpec.defaults())) {
            Path shorter = Files.write(directory.resolve("shorter"), new byte[8 * Pages.SIZE]);
            try (FileRegion cut = remap.openFile(shorter, MapMode.READ_WRITE, FileSpec.defaults())) {
                Files.write(file, new byte[] {1}, StandardOpenOption.WRITE);
                Files.write(shorter, new byte[1]);
                kill("KILL");
                assertThat(region.isStale()).isTrue();
                assertThat(cut.isStale()).isTrue();
                Refusals.refused(RemapException.Category.STALE, () -> region.load(0, Pages.SIZE, PATIENCE));
            }
        }
    }

    @Test
    void requestsThatWereUnderWayAreAnswered() throws IOException {
        try (Region region = remap.create("busy", RegionSpec.ofSize(PAGES * Pages.SIZE))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            long[] offsets = LongStream.range(0, PAGES / 8)
                    .map(i -> i * 7 % PAGES * Pages.SIZE)
                    .toArray();
            List<CompletableFuture<Void>> loads = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                loads.add(region.loadAsync(offsets, offsets.length, Pages.SIZE).toCompletableFuture());
            }
            kill("KILL");
            loads.forEach(CompletableFuture::join);
            assertThat(Pages.wrongTexts(region.segment(), 0, PAGES)).isZero();
        }
    }

    @Test
    void aStandbyThatDiesIsReplaced() throws IOException {
        long standby = remap.stats().standbyPid();
        ProcessHandle.of(standby).orElseThrow().destroyForcibly();
        Eventually.await(
                "another standby",
                PATIENCE,
                () -> remap.stats().standbyPid() != 0 && remap.stats().standbyPid() != standby);
        assertThat(remap.stats().takeovers()).isZero();
    }

    @Test
    void whenBothDieTouchesEndInAnError() throws IOException {
        try (Region region = remap.create("lost", RegionSpec.ofSize(PAGES * Pages.SIZE))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            ProcessHandle manager = ProcessHandle.of(remap.stats().managerPid()).orElseThrow();
            ProcessHandle.of(remap.stats().standbyPid()).orElseThrow().destroyForcibly();
            manager.destroyForcibly();
            Eventually.await("the loss is known", PATIENCE, () -> lostBy(region));
            assertThatThrownBy(() -> Pages.wrongTexts(region.segment(), 0, PAGES))
                    .isInstanceOf(InternalError.class);
        }
    }

    private static boolean lostBy(Region region) {
        try {
            region.verify(0, 1);
            return false;
        } catch (RemapException e) {
            return e.category() == RemapException.Category.MANAGER_LOST;
        }
    }

    @Test
    void aManagerThatIsStoppedIsReplaced() throws IOException {
        try (Region region = remap.create("stopped", RegionSpec.ofSize(PAGES * Pages.SIZE))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            kill("STOP");
            assertThat(Pages.wrongTexts(region.segment(), 0, PAGES)).isZero();
        }
    }
}
