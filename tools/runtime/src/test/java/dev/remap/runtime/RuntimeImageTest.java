// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.ManagerRuntime;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that is made, and managers that start from it. */
class RuntimeImageTest {
    private static final long BYTES = 32L << 20;

    @TempDir
    private Path dist;

    @AfterEach
    void forget() {
        System.clearProperty(ManagerJvm.PATH_PROPERTY);
    }

    @Test
    void managerAndStandbyStartFromTheImageAndItsCacheAndAreReplaced() throws Exception {
        assumeTrue(Remap.support().touch(), "no userfaultfd");
        Path jars = copyJars();
        assumeTrue(ManagerJvm.modules(jars.toString()).isPresent(), "the modules are no jars yet: run with verify");
        RuntimeImage image = new RuntimeImage(jars, dist.resolve(ManagerRuntime.FOLDER));
        image.update();
        Path cache = dist.resolve(ManagerRuntime.FOLDER).resolve(ManagerRuntime.CACHE);
        var made = Files.getLastModifiedTime(cache);

        image.update();

        assertThat(Files.getLastModifiedTime(cache)).as("made once").isEqualTo(made);
        System.setProperty(ManagerJvm.PATH_PROPERTY, jars.toString());
        assertThat(ManagerJvm.takesCache(Objects.requireNonNull(ManagerRuntime.find())))
                .isTrue();
        try (Remap remap =
                Remap.open(RemapConfig.defaults().dramBytes(16L << 20).standby(true))) {
            Region region = remap.create("r", RegionSpec.ofSize(BYTES));
            fill(region);
            long manager = remap.stats().managerPid();
            long standby = awaitStandby(remap);
            assertThat(mapped(manager)).contains(cache.toString());
            assertThat(mapped(standby)).contains(cache.toString());

            assertThat(ProcessHandle.of(manager).orElseThrow().destroyForcibly())
                    .isTrue();

            check(region);
            assertThat(remap.stats().managerPid()).isEqualTo(standby);
        }
    }

    private Path copyJars() throws IOException {
        Path jars = Files.createDirectory(dist.resolve("lib"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path file = Path.of(entry);
            if (entry.endsWith(".jar")) {
                Files.copy(file, jars.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return jars;
    }

    private static void fill(Region region) {
        for (long at = 0; at < BYTES; at += 4096) {
            region.segment().set(ValueLayout.JAVA_LONG, at, at ^ 0x5ca1ab1e);
        }
    }

    private static void check(Region region) {
        for (long at = 0; at < BYTES; at += 4096) {
            assertThat(region.segment().get(ValueLayout.JAVA_LONG, at)).isEqualTo(at ^ 0x5ca1ab1e);
        }
    }

    private static long awaitStandby(Remap remap) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (remap.stats().standbyPid() == 0 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        return remap.stats().standbyPid();
    }

    private static String mapped(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/maps"));
    }
}
