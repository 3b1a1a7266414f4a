// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.torture.TortureMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The random harness, for seconds. {@code ./remap torture} runs it for as long as one likes. */
class TortureTest {
    private static final long SEEDS = 1_000_000_000_000L;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock"})
    void noByteIsWrongUnderRandomOperationsWithPolicy(String policy) {
        torture(List.of("-XX:+UseG1GC"), "--mode=mixed", "--seconds=10", "--policy=" + policy);
    }

    @Test
    void noByteIsWrongUnderContinuousGarbageCollection() {
        torture(List.of("-XX:+UseG1GC"), "--mode=mixed", "--seconds=10", "--gc");
    }

    @Test
    void noIncrementIsLostBesideAnEvictorOfTheSamePages() {
        torture(List.of("-XX:+UseG1GC"), "--mode=counters", "--seconds=5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zram,file", "file"})
    void noByteIsWrongOverTiers(String tiers) {
        torture(List.of(), "--mode=mixed", "--seconds=4", "--tiers=" + tiers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read-only", "read-write", "private"})
    void noByteIsWrongInTheRegionOfAFileNorInTheFile(String mode) {
        torture(List.of(), "--mode=mixed", "--seconds=4", "--region=32m", "--file-mode=" + mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zram", "zram,file"})
    void noByteIsWrongWhileManagersAreKilled(String tiers) {
        torture(List.of(), "--mode=mixed", "--seconds=8", "--kill-managers", "--tiers=" + tiers);
    }

    /** All of them take two minutes: {@code ./remap torture crash-points}. */
    @Test
    void noByteIsWrongWhereverInADemotionTheManagerDies() throws IOException {
        Path plan = directory.resolve("plan");
        List<String> flags = List.of("-Ddev.remap.manager.options=-Ddev.remap.crash.plan=" + plan);
        try (ChildJvm child = ChildJvm.start(
                directory,
                flags,
                TortureMain.class,
                "crash-points",
                "--plan=" + plan,
                "--only=PUBLISH,COMPLETE_PUNCH,UNLOCK_CLEAN,FORGET_COPY")) {
            assertThat(child.awaitExit(Duration.ofSeconds(150)))
                    .as(child.output())
                    .isZero();
            assertThat(child.output()).contains("8 passed, 0 failed");
        }
    }

    @Test
    void noByteIsWrongAndNoFrameInUseWhateverDevicesDo() {
        long seed = ThreadLocalRandom.current().nextLong(SEEDS);
        run(seed, List.of(), List.of("devices", "--seconds=30", "--seed=" + seed));
    }

    private void torture(List<String> flags, String... arguments) {
        long seed = ThreadLocalRandom.current().nextLong(SEEDS);
        List<String> all = new ArrayList<>(List.of("--unsupervised", "--seed=" + seed));
        Collections.addAll(all, arguments);
        run(seed, flags, all);
    }

    private void run(long seed, List<String> flags, List<String> all) {
        System.out.println("torture " + String.join(" ", all));
        try (ChildJvm child = ChildJvm.start(directory, flags, TortureMain.class, all.toArray())) {
            int status = child.awaitExit(Duration.ofSeconds(90));
            assertThat(status).as(child.output()).isZero();
            assertThat(child.output()).contains("is right").contains("--seed=" + seed);
        }
    }
}
