// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.FaultKind;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultFiguresTest {
    private final FaultFigures figures = new FaultFigures(FaultKind.FETCH);

    @Test
    void percentilesAreOfSortedTouches() {
        long[] backwards = LongStream.rangeClosed(1, 1000).map(i -> 1001 - i).toArray();
        assertThat(TouchTimes.of(backwards)).isEqualTo(new TouchTimes(501, 991, 1000));
    }

    @Test
    void ratiosAreOfTheTwoSidesOfOneRound() {
        figures.addRemap(new TouchTimes(12, 40, 40), 1);
        figures.addBare(new TouchTimes(10, 20, 20));
        figures.addRemap(new TouchTimes(22, 90, 90), 1);
        figures.addBare(new TouchTimes(20, 30, 30));
        figures.addRemap(new TouchTimes(30, 50, 50), 1);
        figures.addBare(new TouchTimes(30, 50, 50));
        assertThat(figures.p50Ratio()).isEqualTo(new Spread(1.1, 1, 1.2));
        assertThat(figures.p99Ratio()).isEqualTo(new Spread(2, 1, 3));
    }

    @Test
    void aRoundOfAnotherKindShows() {
        figures.addRemap(new TouchTimes(12, 40, 40), 1);
        figures.addRemap(new TouchTimes(12, 40, 40), 0.5);
        assertThat(figures.shareOfKind()).isEqualTo(0.75);
        assertThat(table("")).anyMatch(line -> line.contains("only 75 % of the touches"));
    }

    @Test
    void withoutTheCLoopItsColumnsSaySo() {
        figures.addRemap(new TouchTimes(12_300, 40_000, 40_000), 1);
        assertThat(table("")).last().asString().contains("FETCH", "12.3 us (12.3..12.3)", "40.0 us", "n/a");
        assertThat(FaultReport.heading(new FaultRun.Plan(1, 1, 1), "no gcc")).contains("C is n/a: no gcc");
    }

    @Test
    void aConditionThatDoesNotHoldIsNamed() {
        assertThat(table("not held: EACCES")).anyMatch(line -> line.endsWith("latency held (not held: EACCES)"));
    }

    private List<String> table(String note) {
        return FaultReport.table(new FaultRun.Result(CpuCondition.HELD, note, List.of(figures)));
    }
}
