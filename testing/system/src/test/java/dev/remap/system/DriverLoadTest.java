// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.OperatorChannel;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers in a manager that serves somebody: loaded while it runs, used, listed, unloaded, and there after a takeover. */
class DriverLoadTest {
    private static final long DRAM = 8L << 20;
    private static final long SIZE = 24L << 20;

    @TempDir
    Path directory;

    /** Without the drivers of these tests, which are on their class path and taint by that. */
    @BeforeAll
    static void takeRemapAlone() {
        System.setProperty(
                ManagerJvm.PATH_PROPERTY,
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                        .collect(Collectors.joining(File.pathSeparator)));
    }

    @AfterAll
    static void takeAllAgain() {
        System.clearProperty(ManagerJvm.PATH_PROPERTY);
    }

    private static String ask(Remap remap, String... question) throws IOException {
        return OperatorChannel.ask(remap.stats().managerPid(), List.of(question));
    }

    private static void writeAndRead(Remap remap, String tier) throws RemapException {
        try (var region = remap.create(tier, RegionSpec.ofSize(SIZE).tiers(tier))) {
            MemorySegment memory = region.segment();
            for (long at = 0; at < SIZE; at += Pages.SIZE) {
                memory.set(ValueLayout.JAVA_LONG, at, at * 31);
                memory.set(ValueLayout.JAVA_LONG, at + 8, ~at);
            }
            for (long at = 0; at < SIZE; at += Pages.SIZE) {
                assertThat(memory.get(ValueLayout.JAVA_LONG, at)).isEqualTo(at * 31);
            }
            region.verify(0, SIZE);
        }
    }

    @Test
    void aProprietaryDriverOfTheLeafHoldsPagesAndTaintsWhatItServes() throws Exception {
        Path jar = SampleDrivers.leaf(directory, "com.acme.heap", "LicenseRef-Acme")
                .build();
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(DRAM))) {
            assertThat(remap.stats().taints()).isEmpty();
            assertThatThrownBy(
                            () -> remap.create("early", RegionSpec.ofSize(SIZE).tiers("heap")))
                    .isInstanceOf(RemapException.class)
                    .hasMessageContaining("no driver for tier \"heap\"")
                    .hasMessageNotContaining("tainted");
            assertThat(ask(remap, "load", jar.toString())).startsWith("ok\ncom.acme.heap [POE] LicenseRef-Acme");
            writeAndRead(remap, "heap");
            assertThat(remap.stats().taints()).isEqualTo("POE");
            assertThat(ask(remap, "list"))
                    .contains("tainted POE", "com.acme.heap [POE]", "drivers [heap]")
                    .containsPattern("taint P 20.*Z com.acme.heap: LicenseRef-Acme");
            assertThat(ask(remap, "granted")).contains("com.acme.heap\tdev.remap.driver");
            assertThatThrownBy(() -> remap.create("bad", RegionSpec.ofSize(SIZE).tiers("nowhere")))
                    .hasMessageContaining("[the manager is tainted: POE]");
        }
    }

    @Test
    void aDriverIsUnloadedWhenNoRegionUsesItAndItsTaintsStay() throws Exception {
        Path jar =
                SampleDrivers.leaf(directory, "com.acme.guest", "GPL-2.0-only").build();
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(DRAM))) {
            assertThat(ask(remap, "load", jar.toString())).startsWith("ok\n");
            assertThat(ask(remap, "load", jar.toString())).contains("a driver of this name is loaded");
            try (var region = remap.create("guest", RegionSpec.ofSize(SIZE).tiers("guest"))) {
                assertThat(region.segment().byteSize()).isEqualTo(SIZE);
                assertThat(ask(remap, "unload", "com.acme.guest")).startsWith("refused\n");
            }
            assertThat(ask(remap, "unload", "com.acme.guest")).startsWith("ok\n");
            assertThat(ask(remap, "list")).doesNotContain("drivers [guest]").contains("tainted OE");
            assertThat(ask(remap, "load", jar.toString())).startsWith("ok\n");
            writeAndRead(remap, "guest");
        }
    }

    @Test
    void theNextManagerHasTheDriverAndTheTaints() throws Exception {
        Path jar = SampleDrivers.leaf(directory, "com.acme.heir", "LicenseRef-Acme")
                .build();
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(DRAM).standby(true))) {
            Eventually.await(
                    "a standby", Duration.ofSeconds(60), () -> remap.stats().standbyPid() != 0);
            assertThat(ask(remap, "load", jar.toString())).startsWith("ok\n");
            long first = remap.stats().managerPid();
            ProcessHandle.of(first).orElseThrow().destroyForcibly();
            Eventually.await(
                    "a takeover", Duration.ofSeconds(60), () -> remap.stats().managerPid() != first);
            writeAndRead(remap, "heir");
            assertThat(remap.stats().taints()).isEqualTo("POE");
            assertThat(ask(remap, "list")).contains("com.acme.heir [POE]");
        }
    }

    @Test
    void aRefusalReachesTheOperatorAndTheManagerIsAsItWas() throws Exception {
        Path jar = SampleDrivers.leaf(directory, "com.acme.rough", "GPL-2.0-only", "System.load(\"/nowhere.so\");", "")
                .build();
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(DRAM))) {
            assertThat(ask(remap, "load", jar.toString()))
                    .startsWith("refused\ndriver com.acme.rough is refused: 1 offence")
                    .contains("native access was not granted");
            assertThat(ask(remap, "load", directory.resolve("none.jar").toString()))
                    .startsWith("refused\n");
            assertThat(ask(remap, "dance")).startsWith("refused\n");
            assertThat(remap.stats().taints()).isEmpty();
            writeAndRead(remap, "zram");
        }
    }
}
