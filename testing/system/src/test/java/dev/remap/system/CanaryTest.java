// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret that one region held is found in no page, slot or file that another one gets. */
@Timeout(90)
class CanaryTest {
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long SIZE = 12 * Pages.MIB;
    private static final long PAGES = SIZE / Pages.SIZE;
    private static final int CHUNK = 1 << 20;

    @TempDir
    Path directory;

    private final byte[] canary = canary();

    @ParameterizedTest
    @ValueSource(strings = {"zram", "file", "zram,file"})
    void aClosedRegionsSecretIsNowhereWhereAnotherLooks(String tiers) throws IOException {
        RemapConfig config = RemapConfig.defaults().dramBytes(BUDGET).spillDirectory(directory);
        RegionSpec spec = RegionSpec.ofSize(SIZE).tiers(tiers.split(",", -1));
        try (Remap remap = Remap.open(config)) {
            long manager = remap.stats().managerPid();
            try (Region secret = remap.create("secret", spec)) {
                fill(secret.segment());
                assertThat(found(manager)).as("the hunt finds what is there").isPositive();
            }
            assertThat(found(manager))
                    .as("files of the manager after the close")
                    .isZero();
            try (Region next = remap.create("next", spec)) {
                assertFresh(next, manager);
            }
            try (Remap other = Remap.open(config);
                    Region next = other.create("next", spec)) {
                assertFresh(next, other.stats().managerPid());
            }
        }
    }

    @Test
    void aDiscardedPageReadsAsZerosAndLeavesNoneInTheRegionsMemory() throws IOException {
        RemapConfig config = RemapConfig.defaults().dramBytes(BUDGET).spillDirectory(directory);
        try (Remap remap = Remap.open(config);
                Region secret = remap.create("secret", RegionSpec.ofSize(SIZE).tiers("zram", "file"))) {
            fill(secret.segment());
            secret.discard(0, SIZE);
            for (long page = 0; page < PAGES; page++) {
                assertZero(Pages.read(secret.segment(), page), page);
            }
            assertThat(found(ProcessHandle.current().pid()))
                    .as("the region's memfd")
                    .isZero();
        }
    }

    /** Fresh pages are zeros; pages that went down and came back hold what was written; its files hold no canary. */
    private void assertFresh(Region region, long manager) throws IOException {
        MemorySegment segment = region.segment();
        for (long page = 0; page < PAGES; page += 2) {
            assertZero(Pages.read(segment, page), page);
            segment.set(ValueLayout.JAVA_LONG, page * Pages.SIZE, page + 1);
        }
        Pages.write(segment, 1, Pages.random(1));
        region.pageOut(0, SIZE);
        for (long page = 0; page < PAGES; page += 2) {
            byte[] bytes = Pages.read(segment, page);
            assertThat(segment.get(ValueLayout.JAVA_LONG, page * Pages.SIZE)).isEqualTo(page + 1);
            Arrays.fill(bytes, 0, Long.BYTES, (byte) 0);
            assertZero(bytes, page);
        }
        byte[] read = new byte[Pages.SIZE];
        region.read(3L * Pages.SIZE, MemorySegment.ofArray(read));
        assertZero(read, 3);
        assertThat(found(manager)).as("files of the manager").isZero();
    }

    private void assertZero(byte[] bytes, long page) {
        for (byte b : bytes) {
            if (b != 0) {
                throw new AssertionError("page " + page + " is not zeros"
                        + (count(bytes, bytes.length) > 0 ? " but has the secret" : ""));
            }
        }
    }

    /** The secret, then what does not compress, so that all tiers are used; odd pages compress. */
    private void fill(MemorySegment segment) {
        for (long page = 0; page < PAGES; page++) {
            byte[] bytes = page % 2 == 0 ? Pages.random(page) : Pages.text(page);
            for (int at = 0; at < Pages.SIZE; at += 512) {
                System.arraycopy(canary, 0, bytes, at, canary.length);
            }
            Pages.write(segment, page, bytes);
        }
    }

    /** How often the secret is in the memory files and spill files that a process has open. */
    private long found(long pid) throws IOException {
        long[] found = {0};
        Memfds.forEach(pid, (link, _) -> found[0] += scan(link));
        try (var links = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path link : links) {
                if (Files.isSymbolicLink(link)
                        && Files.readSymbolicLink(link).toString().startsWith(directory.toString())) {
                    found[0] += scan(link);
                }
            }
        }
        return found[0];
    }

    /** Reads what is not a hole. */
    private long scan(Path link) {
        long found = 0;
        byte[] chunk = new byte[CHUNK];
        try (RandomAccessFile file = new RandomAccessFile(link.toFile(), "r")) {
            int fd = (int) FileIo.open(link.toString(), FileIo.O_RDONLY, 0);
            long at = FileIo.lseek(fd, 0, FileIo.SEEK_DATA);
            while (at >= 0) {
                file.seek(at);
                int read = file.read(chunk);
                if (read <= 0) {
                    break;
                }
                found += count(chunk, read);
                at = FileIo.lseek(fd, at + read, FileIo.SEEK_DATA);
            }
            FileIo.close(fd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private int count(byte[] bytes, int length) {
        int count = 0;
        for (int at = 0; at + canary.length <= length; at++) {
            if (bytes[at] == canary[0] && Arrays.equals(bytes, at, at + canary.length, canary, 0, canary.length)) {
                count++;
            }
        }
        return count;
    }

    private static byte[] canary() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return ("canary-" + HexFormat.of().formatHex(random)).getBytes(StandardCharsets.US_ASCII);
    }
}
