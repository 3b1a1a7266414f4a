// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manager is killed: its application gets errors, soon, and never zeros. */
class ManagerDeathTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long QUICK_MS = 2_000;
    private static final long SOON_MS = 5_000;

    @TempDir
    Path directory;

    @Test
    void commandsSayThatTheManagerIsLost() {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), OrphanMain.class, "calls")) {
            child.awaitLine("done", LIMIT);
            for (String call : List.of("load", "loadAsync", "pin", "pageOut", "discard", "failures", "create")) {
                assertOutcome(child, call, "MANAGER_LOST", QUICK_MS);
            }
            assertOutcome(child, "prefetch", "ok", QUICK_MS);
            assertOutcome(child, "stats", "ok", QUICK_MS);
            assertOutcome(child, "close", "ok", SOON_MS);
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void touchesEndInAnErrorAndNeverReadZeros() {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), OrphanMain.class, "touches")) {
            child.awaitLine("done", LIMIT);
            assertThat(child.output()).doesNotContain("WRONG");
            assertOutcome(child, "absent", "InternalError", SOON_MS);
            assertOutcome(child, "untouched", "InternalError", SOON_MS);
            assertOutcome(child, "verify", "MANAGER_LOST", QUICK_MS);
            assertOutcome(child, "check", "MANAGER_LOST", QUICK_MS);
            assertOutcome(child, "close", "ok", SOON_MS);
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }

    /** Killed from outside: with a collection pending no thread of the application could do it. */
    @ParameterizedTest
    @ValueSource(strings = {"kernel", "process"})
    void threadsInFaultsAreReleasedAlthoughACollectionWaitsForThem(String by) {
        for (int round = 0; round < 2; round++) {
            List<String> flags = List.of("-Ddev.remap.deadman=" + by);
            try (ChildJvm child = ChildJvm.start(directory, flags, OrphanMain.class, "released")) {
                long manager = Long.parseLong(child.awaitLine("ready", LIMIT));
                ProcessHandle.of(manager).orElseThrow().destroyForcibly();
                for (int toucher = 0; toucher < 4; toucher++) {
                    assertThat(child.awaitLine("toucher " + toucher + ":", LIMIT))
                            .doesNotStartWith("ok");
                }
                assertOutcome(child, "close", "ok", SOON_MS);
                assertThat(child.awaitExit(LIMIT)).isZero();
                assertThat(child.output()).doesNotContain("WRONG");
            }
        }
    }

    /** One that is armed again after it has fired would close a descriptor by a number that is another file's by then. */
    @Test
    void aSwitchThatHasFiredIsNotArmedAgain() throws IOException {
        long before = rings();
        for (int round = 0; round < 3; round++) {
            try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB))) {
                Region region = remap.create("r", RegionSpec.ofSize(Pages.MIB));
                Assumptions.assumeTrue(rings() > before, "io_uring is not permitted here");
                ProcessHandle.of(remap.stats().managerPid()).orElseThrow().destroyForcibly();
                Eventually.await("the end of the manager", LIMIT, () -> {
                    try {
                        region.verify(0, Pages.SIZE);
                        return false;
                    } catch (RemapException e) {
                        return e.category() == RemapException.Category.MANAGER_LOST;
                    }
                });
            }
            assertThat(rings()).isEqualTo(before);
        }
    }

    private static long rings() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(ManagerDeathTest::isRing).count();
        }
    }

    private static boolean isRing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:[io_uring]");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static void assertOutcome(ChildJvm child, String call, String outcome, long limitMs) {
        String[] parts = child.awaitLine(call + ":", LIMIT).split(" ", -1);
        assertThat(parts[0]).as(call + " in\n" + child.output()).isEqualTo(outcome);
        assertThat(Long.parseLong(parts[1])).as("milliseconds of " + call).isLessThan(limitMs);
    }
}
