// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.remap.driver.Driver;
import dev.remap.driver.TierFacts;
import dev.remap.linux.FileIo;
import dev.remap.linux.FileStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileDriverTest {
    @TempDir
    private Path directory = Path.of("");

    private final CountingAccount spill = new CountingAccount(Fixture.PLENTY);

    @Test
    void isFoundByTheServiceLoaderAndHasADeviceEverywhere() {
        assertThat(ServiceLoader.load(Driver.class)).hasExactlyElementsOfTypes(FileDriver.class);
        assertThat(new FileDriver().name()).isEqualTo("file");
        assertThat(new FileDriver().devices()).containsExactly("file0");
    }

    @Test
    void saysThatItUsesNoDramAndSurvivesTheManagerOnly() {
        TierFacts facts = new FileDriver().facts();
        assertThat(facts.usesDram()).isFalse();
        assertThat(facts.durable()).isFalse();
        assertThat(facts.survivesManager()).isTrue();
        assertThat(new ExistingFilesOps(IoKind.AUTO).facts().durable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "direct=auto",
                "direct=off",
                "max=4096",
                "max=64K",
                "max=3G,direct=auto,io=aio",
                "encrypt=off",
                "encrypt=aes-gcm,max=64K",
                "max=900000T"
            })
    void understandsItsOptions(String options) {
        try (Fixture fixture = new Fixture(directory, options, Fixture.PLENTY)) {
            assertThat(fixture.fetch(5, fixture.store(5))).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fast",
                "direct",
                "direct=yes",
                "max=",
                "max=G",
                "max=-1",
                "max=1X",
                "io=",
                "encrypt",
                "encrypt=",
                "encrypt=on",
                "direct=on,",
                " ",
                "max=4095"
            })
    void refusesOthersAndListsWhatItUnderstands(String options) {
        assertThatThrownBy(() -> new FileDriver()
                        .openTier(Fixture.context(directory, options, spill))
                        .close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + options + "\"")
                .hasMessageContaining("max");
    }

    @Test
    void theFileHasNoNameAndIsItsOwnersOnly() {
        try (Fixture fixture = new Fixture(directory, "", Fixture.PLENTY)) {
            fixture.store(1);
            FileStat stat = new FileStat();
            assertThat(stat.read(fixture.tier.fd())).isZero();
            assertThat(stat.links()).isZero();
            assertThat(stat.permissions()).isEqualTo(0600);
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void aFileMadeAndUnlinkedLeavesNothing() throws Exception {
        long fd = SpillFile.createAndUnlink(directory);
        assertThat(fd).isNotNegative();
        assertThat(directory).isEmptyDirectory();
        FileIo.close((int) fd);
    }

    @Test
    void aDirectoryThatIsNotThereIsNamedWithWhatToDo() throws Exception {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> open(missing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("does not exist")
                .hasMessageContaining("Create it");
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> open(file)).isInstanceOf(IOException.class).hasMessageContaining("is not a directory");
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamedWithWhatToDo() {
        assertThatThrownBy(() -> open(Path.of("/proc/self")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/proc/self")
                .hasMessageContaining("start the manager with");
    }

    private void open(Path path) throws IOException {
        new FileDriver().openTier(Fixture.context(path, "", spill)).close();
    }

    @Test
    void tmpfsWillDo() {
        Path shm = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(shm), "no /dev/shm");
        try (Fixture fixture = new Fixture(shm, "", Fixture.PLENTY)) {
            fixture.expectAll(0, fixture.storeAll(0, 300));
        }
    }
}
