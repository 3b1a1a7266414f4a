// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.Tier;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who has the disk can learn, and what he can do. */
class EncryptionTest {
    private static final String ENCRYPTED = "direct=off,encrypt=aes-gcm";
    private static final String SECRET = "the same words on every line of it; ";
    private static final int PAGES = 300;

    @TempDir
    private Path directory = Path.of("");

    private static byte[] secret() {
        return Arrays.copyOf(SECRET.repeat(200).getBytes(StandardCharsets.US_ASCII), Pages.BYTES);
    }

    /** What is on disk in the place of a slot. */
    private static byte[] stored(Fixture fixture, long slot) {
        Pages page = new Pages(1);
        assertThat(FileIo.pread(fixture.tier.fd(), page.address(0), Pages.BYTES, slot * Pages.BYTES))
                .isEqualTo(Pages.BYTES);
        return page.get(0);
    }

    private static void overwrite(Fixture fixture, long slot, byte[] content) {
        Pages page = new Pages(1);
        page.put(0, content);
        assertThat(FileIo.pwrite(fixture.tier.fd(), page.address(0), Pages.BYTES, slot * Pages.BYTES))
                .isEqualTo(Pages.BYTES);
    }

    @Test
    void pagesComeBackAsTheyWereAloneAndInBatches() {
        try (Fixture fixture = new Fixture(directory, "encrypt=aes-gcm", Fixture.PLENTY)) {
            long[] locations = fixture.storeAll(0, PAGES);
            fixture.expectAll(0, locations);
            for (int page = 0; page < PAGES; page += 7) {
                assertThat(fixture.fetch(page, locations[page])).isZero();
                assertThat(fixture.target.get(0)).isEqualTo(Pages.random(page));
            }
        }
    }

    @Test
    void theDiskHasNeitherWordsNorRepetitions() {
        Set<String> seen = new HashSet<>();
        try (Fixture fixture = new Fixture(directory, ENCRYPTED, Fixture.PLENTY)) {
            for (int page = 0; page < 20; page++) {
                fixture.source.put(0, secret());
                long slot = fixture.tier.store(page, fixture.source.address(0));
                String onDisk = new String(stored(fixture, slot), StandardCharsets.ISO_8859_1);
                assertThat(onDisk).doesNotContain("words").doesNotContain("line");
                assertThat(seen.add(onDisk)).as("equal pages differ").isTrue();
            }
        }
        try (Fixture plain = new Fixture(directory, "direct=off", Fixture.PLENTY)) {
            plain.source.put(0, secret());
            long slot = plain.tier.store(0, plain.source.address(0));
            assertThat(new String(stored(plain, slot), StandardCharsets.ISO_8859_1))
                    .as("the same look at a file that is not encrypted")
                    .contains("words");
        }
    }

    @Test
    void aChangedPageIsCorruptAndItsNeighboursAreNot() {
        try (Fixture fixture = new Fixture(directory, ENCRYPTED, Fixture.PLENTY)) {
            long[] locations = fixture.storeAll(0, 3);
            byte[] changed = stored(fixture, locations[1]);
            changed[1234] ^= 1;
            overwrite(fixture, locations[1], changed);
            assertThat(fixture.fetch(0, locations[0])).isZero();
            assertThat(fixture.fetch(1, locations[1])).isEqualTo(Tier.CORRUPT);
            assertThat(fixture.fetch(2, locations[2])).isZero();
        }
    }

    @Test
    void pagesCannotBeExchanged() {
        try (Fixture fixture = new Fixture(directory, ENCRYPTED, Fixture.PLENTY)) {
            long[] locations = fixture.storeAll(0, 2);
            byte[] first = stored(fixture, locations[0]);
            overwrite(fixture, locations[0], stored(fixture, locations[1]));
            overwrite(fixture, locations[1], first);
            assertThat(fixture.fetch(0, locations[0])).isEqualTo(Tier.CORRUPT);
            assertThat(fixture.fetch(1, locations[1])).isEqualTo(Tier.CORRUPT);
            assertThat(fixture.fetch(0, locations[1])).as("a wrong word").isEqualTo(Tier.CORRUPT);
        }
    }

    @Test
    void whatASlotHadBeforeCannotBePutBack() {
        try (Fixture fixture = new Fixture(directory, ENCRYPTED, Fixture.PLENTY)) {
            long slot = fixture.store(1);
            byte[] before = stored(fixture, slot);
            fixture.tier.free(slot);
            long again = fixture.store(1);
            for (int attempt = 0; attempt < 10_000 && again != slot; attempt++) {
                fixture.tier.free(again);
                again = fixture.store(1);
            }
            assertThat(again).as("the slot is used again").isEqualTo(slot);
            assertThat(fixture.fetch(1, slot)).isZero();
            overwrite(fixture, slot, before);
            assertThat(fixture.fetch(1, slot)).isEqualTo(Tier.CORRUPT);
        }
    }

    @Test
    void theNextManagerReadsAllAndUsesNoNonceTwice() throws IOException {
        try (KeptDescriptors kept = new KeptDescriptors()) {
            SpillCipher first = SpillCipher.open(100, kept);
            Set<Long> nonces = new HashSet<>();
            for (int i = 0; i < 70_000; i++) {
                assertThat(nonces.add(first.nextNonce())).isTrue();
            }
            SpillCipher second = SpillCipher.open(100, kept);
            assertThat(second.isInherited()).isTrue();
            assertThat(second.key().getEncoded()).isEqualTo(first.key().getEncoded());
            for (int i = 0; i < 70_000; i++) {
                assertThat(nonces.add(second.nextNonce())).isTrue();
            }
            first.close();
            second.close();
        }
    }

    @Test
    void eachFileHasAKeyOfItsOwnAndWithoutItNothingIsAdopted() throws IOException {
        SpillCipher one = SpillCipher.open(10, KeptDescriptors.NONE);
        SpillCipher other = SpillCipher.open(10, KeptDescriptors.NONE);
        assertThat(one.key().getEncoded())
                .isNotEqualTo(other.key().getEncoded())
                .hasSize(32);
        assertThat(other.isInherited()).isFalse();
        one.close();
        other.close();
        try (KeptDescriptors kept = new KeptDescriptors();
                Fixture plain = new Fixture(directory, "direct=off", Fixture.PLENTY, kept)) {
            long slot = plain.store(1);
            try (Fixture encrypted = new Fixture(directory, ENCRYPTED, Fixture.PLENTY, kept)) {
                assertThat(encrypted.tier.adopt(1, slot)).isFalse();
            }
        }
    }

    @Test
    void theNextManagerSealsAboveAllThatWereUsedAndReadsAll() throws IOException {
        try (KeptDescriptors kept = new KeptDescriptors();
                Fixture first = new Fixture(directory, ENCRYPTED, Fixture.PLENTY, kept)) {
            long[] locations = first.storeAll(0, PAGES);
            SpillCipher before = SpillCipher.open(Fixture.PLENTY, kept);
            long last = 0;
            for (long location : locations) {
                last = Math.max(last, RawMemory.getLong(before.seal(location)));
            }
            try (Fixture second = new Fixture(directory, ENCRYPTED, Fixture.PLENTY, kept)) {
                for (int i = 0; i < PAGES; i++) {
                    assertThat(second.tier.adopt(i, locations[i])).isTrue();
                }
                second.tier.adopted();
                second.expectAll(0, locations);
                for (long location : second.storeAll(5_000, PAGES)) {
                    assertThat(RawMemory.getLong(before.seal(location))).isGreaterThan(last);
                }
            }
            before.close();
        }
    }

    /** A manager that died between keeping the two has left nothing that could be read. */
    @Test
    void halfOfWhatIsKeptIsNotInherited() throws IOException {
        try (KeptDescriptors kept = new KeptDescriptors()) {
            SpillCipher whole = SpillCipher.open(10, kept);
            byte[] former = whole.key().getEncoded();
            kept.forget("key");
            long openBefore = openDescriptors();
            SpillCipher half = SpillCipher.open(10, kept);
            assertThat(half.isInherited()).isFalse();
            assertThat(half.key().getEncoded()).isNotEqualTo(former);
            half.close();
            assertThat(openDescriptors()).as("but for the key that is kept").isEqualTo(openBefore + 1);
            whole.close();
        }
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }
}
