// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A small data set, from the generator to lookups and a scan. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IndexTest {
    private static final long BYTES = 3L << 20;

    private IndexFiles files = new IndexFiles(Path.of(""));

    @BeforeAll
    void build(@TempDir Path directory) throws IOException {
        files = IndexFiles.temporary(directory);
        new IndexBuilder(files).build(BYTES, done -> assertThat(done).isPositive());
    }

    @Test
    void finishedDataSetIsKnownByItsSize() throws IOException {
        assertThat(files.isComplete(BYTES)).isTrue();
        assertThat(files.isComplete(BYTES + 1)).isFalse();
        assertThat(files.bytes()).isBetween(BYTES, BYTES + OrderEncoder.MAX_BYTES);
    }

    @Test
    void fencesAreTheFirstKeysOfBlocks() throws IOException {
        long entries = files.readFacts().entries();

        assertThat(Files.size(files.keys())).isEqualTo(entries * KeyEntry.BYTES);
        assertThat(files.readFences())
                .hasSize((int) Math.ceilDiv(entries, (long) KeyEntry.PER_BLOCK))
                .startsWith(OrderKeys.at(0), OrderKeys.at(128), OrderKeys.at(256));
    }

    @ParameterizedTest
    @EnumSource(names = {"MAPPED", "CHANNEL"})
    void everyOrderIsFoundWithItsBytes(Way way) throws IOException {
        long entries = files.readFacts().entries();
        try (FileAccess access = FileAccess.open(way, files, 0)) {
            Lookups lookups = new Lookups(access, files.readFences(), entries);
            for (long ordinal = 0; ordinal < entries; ordinal++) {
                lookups.lookUp(OrderKeys.at(ordinal));
            }
        }
    }

    @Test
    void keyThatIsNotThereIsRefused() throws IOException {
        try (FileAccess access = FileAccess.open(Way.CHANNEL, files, 0)) {
            Lookups lookups =
                    new Lookups(access, files.readFences(), files.readFacts().entries());

            assertThatIllegalStateException()
                    .isThrownBy(() -> lookups.lookUp(20))
                    .withMessageContaining("no order 20");
            assertThatIllegalStateException().isThrownBy(() -> lookups.lookUp(0));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MAPPED", "CHANNEL"})
    void waysAgreeOnWhatTheyRead(Way way) throws IOException {
        long entries = files.readFacts().entries();
        PhaseResult expected = phase(Way.CHANNEL, entries);

        PhaseResult found = phase(way, entries);

        assertThat(found.trail()).isEqualTo(expected.trail()).hasSize(25);
        assertThat(found.lookups()).isEqualTo(2_500);
        assertThat(found.p99Ns()).isPositive();
    }

    private PhaseResult phase(Way way, long entries) throws IOException {
        try (FileAccess access = FileAccess.open(way, files, 0)) {
            Lookups lookups = new Lookups(access, files.readFences(), entries);
            return new LookupPhase(access, lookups, new KeyPicker(entries, 5), 2_500).run(60, done -> {});
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MAPPED", "CHANNEL"})
    void scanReadsEverythingAndFindsItRight(Way way) throws IOException {
        long bytes = Files.size(files.records());
        int[] sums = files.readSums();
        byte[] chunk = new byte[IndexFiles.CHUNK_BYTES];
        try (FileAccess access = FileAccess.open(way, files, 0)) {
            for (int i = 0; i < sums.length; i++) {
                long offset = (long) i * chunk.length;
                int length = (int) Math.min(chunk.length, bytes - offset);
                access.scan(offset, chunk, length);
                assertThat(IndexFiles.crc(chunk, length)).isEqualTo(sums[i]);
            }
        }
    }

    @Test
    void changedByteIsFoundOut(@TempDir Path directory) throws IOException {
        IndexFiles other = IndexFiles.temporary(directory);
        new IndexBuilder(other).build(1 << 20, done -> {});
        try (FileChannel channel = FileChannel.open(other.records(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {-1}), 3);
        }
        try (FileAccess access = FileAccess.open(Way.CHANNEL, other, 0)) {
            Lookups lookups =
                    new Lookups(access, other.readFences(), other.readFacts().entries());

            assertThatIllegalStateException()
                    .isThrownBy(() -> lookups.lookUp(OrderKeys.at(0)))
                    .withMessageContaining("wrong bytes");
        }
        other.delete();
        assertThat(other.directory()).doesNotExist();
    }
}
