// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which image a manager is started from, and which not. */
class ManagerRuntimeTest {
    @TempDir
    private Path dist;

    private Path jars;
    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        jars = Files.createDirectory(dist.resolve("lib"));
        image = dist.resolve(ManagerRuntime.FOLDER);
        for (String name : List.of("bin/java", "lib/modules", "lib/server/libjvm.so", ManagerRuntime.CACHE)) {
            Files.createDirectories(image.resolve(name).getParent());
            Files.createFile(image.resolve(name));
        }
        Files.writeString(image.resolve(ManagerRuntime.MODULES), "a.b a-1.jar\nc.d c-2.jar\n");
        System.setProperty(ManagerJvm.PATH_PROPERTY, jars.toString());
    }

    @AfterEach
    void forget() {
        for (String name : List.of(ManagerJvm.PATH_PROPERTY, ManagerRuntime.PROPERTY, "dev.remap.drivers.folder")) {
            System.clearProperty(name);
        }
    }

    @Test
    void theImageBesideTheJarsIsFoundWithTheModulesThatItNames() throws IOException {
        ManagerRuntime found = Objects.requireNonNull(ManagerRuntime.find());

        assertThat(found.java()).isEqualTo(image + "/bin/java");
        assertThat(found.options())
                .contains(
                        "-XX:AOTCache=" + image + "/manager.aot",
                        "--module-path=" + jars + "/a-1.jar:" + jars + "/c-2.jar",
                        "--add-modules=a.b,c.d",
                        "--enable-native-access=a.b,c.d");
    }

    @Test
    void aPropertyNamesAnotherOneOrNone() throws IOException {
        Path other = Files.move(image, dist.resolve("other"));

        assertThat(ManagerRuntime.find()).isNull();
        System.setProperty(ManagerRuntime.PROPERTY, other.toString());
        assertThat(ManagerRuntime.find()).isNotNull();
        System.setProperty(ManagerRuntime.PROPERTY, "none");
        assertThat(ManagerRuntime.find()).isNull();
    }

    @Test
    void whatOthersMayWriteIsNotStarted() throws IOException {
        for (String name :
                List.of("", "bin", "bin/java", "lib/modules", ManagerRuntime.CACHE, ManagerRuntime.MODULES)) {
            Path file = image.resolve(name);
            var before = Files.getPosixFilePermissions(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxr-x"));

            assertThat(ManagerRuntime.find()).as(name).isNull();
            assertThat(refusal()).contains("may be written by others");
            Files.setPosixFilePermissions(file, before);
        }
        assertThat(ManagerRuntime.find()).isNotNull();
    }

    @Test
    void anImageWithoutACacheIsNotUsed() throws IOException {
        Files.delete(image.resolve(ManagerRuntime.CACHE));

        assertThat(ManagerRuntime.find()).isNull();
        assertThat(refusal()).endsWith("manager.aot is missing");
    }

    @Test
    void driversOfOthersTakeAManagerThatDeniesNativeAccess() {
        System.setProperty("dev.remap.drivers.folder", "/opt/drivers");

        assertThat(ManagerRuntime.find()).isNull();
    }

    private static @Nullable String refusal() {
        return Objects.requireNonNull(ManagerRuntime.besideJars()).refusal();
    }
}
