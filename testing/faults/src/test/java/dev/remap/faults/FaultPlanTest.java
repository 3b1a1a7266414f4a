// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {
    private static final int CALLS = 10_000;

    @Test
    void aPlanNamesItsRulesInOrder() {
        FaultPlan plan = FaultPlan.parse("seed=7;uffd.copy:EAGAIN@1/50;file.read:hang(2s)@1/1000*3");
        assertThat(plan.names()).containsExactly("uffd.copy:EAGAIN", "file.read:hang(2s)");
        assertThat(plan.rules().get(1).effect().delayNs()).isEqualTo(2_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file.read",
                "file.read:EIO",
                "file.read:EIO@1/x",
                "file.eat:EIO@1/5",
                "file.read:EWHAT@1/5",
                "file.read:slow(2h)@1/5"
            })
    void whatIsNotUnderstoodIsRefused(String text) {
        assertThatThrownBy(() -> FaultPlan.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSamePlanStrikesTheSameCallsAndAnotherSeedOthers() {
        assertThat(struck("seed=7")).isEqualTo(struck("seed=7")).isNotEqualTo(struck("seed=8"));
        assertThat(struck("seed=7")).hasSizeBetween(CALLS / 50 - 60, CALLS / 50 + 60);
    }

    private static List<Integer> struck(String seed) {
        FaultRule rule =
                FaultPlan.parse(seed + ";uffd.copy:EAGAIN@1/50").rules().getFirst();
        List<Integer> struck = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
            if (rule.strikes()) {
                struck.add(call);
            }
        }
        return struck;
    }

    @Test
    void aLimitIsKept() {
        FaultRule rule = FaultPlan.parse("uffd.copy:EAGAIN@1/1*3").rules().getFirst();
        long struck = IntStream.range(0, 100).filter(call -> rule.strikes()).count();
        assertThat(struck).isEqualTo(3);
    }

    @Test
    void aBoardSwitchesRulesAndCountsForEverybodyWhoHasIt(@TempDir Path directory) {
        Path file = directory.resolve("board");
        Switchboard switchboard =
                new Switchboard(FaultPlan.parse("board=" + file + ";uffd.copy:EAGAIN@1/1;file.read:EIO@1/1"));
        FaultBoard other = FaultBoard.open(file);
        assertThat(switchboard.next(FaultPoint.FILE_READ)).isNull();
        other.on(0b10);
        FaultRule rule = switchboard.next(FaultPoint.FILE_READ);
        assertThat(rule).isNotNull();
        assertThat(switchboard.next(FaultPoint.UFFD_COPY)).isNull();
        switchboard.struck(Objects.requireNonNull(rule));
        assertThat(other.strikes(1)).isEqualTo(1);
        assertThat(other.strikes(0)).isZero();
    }
}
