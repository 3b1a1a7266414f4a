// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.torture.TortureMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an application sees of system calls that fail in its manager. */
class InjectedFaultTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration TORTURE_LIMIT = Duration.ofSeconds(150);
    private static final int SIGABRT_STATUS = 128 + 6;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"file.read:EIO, IO", "file.read:wrong, CORRUPT"})
    void aPoisonedPageIsReportedWithRegionPageAndTierAndFailsAlone(String fault, String category) {
        try (ChildJvm child = start(fault, "POISON")) {
            assertThat(child.awaitLine("failure", LIMIT)).isEqualTo("injected 7 file " + category);
            assertThat(child.awaitLine("verify", LIMIT)).isEqualTo(category);
            assertThat(child.awaitLine("neighbours right", LIMIT)).isEqualTo("true");
            assertThat(child.awaitLine("repaired", LIMIT)).isEqualTo("1");
            assertThat(child.awaitLine("wrong", LIMIT)).isEqualTo("0");
            assertThat(child.awaitExit(LIMIT)).isZero();
            assertThat(child.output()).contains("error").doesNotContain("touched", "verified");
        }
    }

    @Test
    void aTouchThatWaitsGetsTheBytesOnceTheDiskIsWell() {
        try (ChildJvm child = start("file.read:EIO", "WAIT")) {
            assertThat(child.awaitLine("failure", LIMIT)).isEqualTo("injected 7 file IO");
            assertThat(child.awaitLine("repaired", LIMIT)).isEqualTo("1");
            assertThat(child.awaitLine("touched", LIMIT)).isEqualTo("true");
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void theProcessEndsBySigabrtIfThatIsItsPolicy() {
        try (ChildJvm child = start("file.read:EIO", "ABORT_PROCESS")) {
            assertThat(child.awaitExit(LIMIT)).as(child.output()).isEqualTo(SIGABRT_STATUS);
            assertThat(child.output()).contains("touching").doesNotContain("touched");
        }
    }

    @Test
    void aTouchOfADiskThatHangsEndsAtItsDeadlineAndHoldsUpNoOther() {
        Path board = directory.resolve("board");
        String options = "-Ddev.remap.manager.options=-Ddev.remap.faults=board=" + board + ";file.read:hang(4s)@1/1*1";
        try (ChildJvm child = ChildJvm.start(directory, List.of(options), HangingDiskMain.class, board)) {
            assertThat(Long.parseLong(child.awaitLine("beside", LIMIT))).isLessThan(800);
            assertThat(Long.parseLong(child.awaitLine("error after", LIMIT))).isBetween(1000L, 2500L);
            assertThat(child.awaitLine("failed", LIMIT)).isEqualTo("DEADLINE on file");
            assertThat(child.awaitLine("wrong", LIMIT)).isEqualTo("0");
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void aPinThatComesTooLateIsGivenBack() {
        Path board = directory.resolve("board");
        String options = "-Ddev.remap.manager.options=-Ddev.remap.faults=board=" + board + ";file.read:hang(7s)@1/1*1";
        try (ChildJvm child = ChildJvm.start(directory, List.of(options), LatePinMain.class, board)) {
            assertThat(child.awaitLine("refused", LIMIT)).isEqualTo("DEADLINE");
            assertThat(child.awaitLine("still pinned", LIMIT)).isEqualTo("0");
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }

    private ChildJvm start(String fault, String policy) {
        Path board = directory.resolve("board");
        String options = "-Ddev.remap.manager.options=-Ddev.remap.faults=board=" + board + ";" + fault + "@1/1";
        // With nothing compiled nothing is deoptimized, which would wait for the thread in the fault.
        return ChildJvm.start(directory, List.of(options, "-Xint"), InjectedFaultMain.class, policy, board);
    }

    /** The random harness under faults, for seconds; {@code ./remap torture faults} runs it for as long as one likes. */
    @Test
    void nothingIsWrongStuckOrSilentUnderRandomFaults() {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), TortureMain.class, "faults", "--seconds=18")) {
            int status = child.awaitExit(TORTURE_LIMIT);
            assertThat(status).as(child.output()).isZero();
            assertThat(child.output()).contains("all right").contains("faults of");
        }
    }
}
