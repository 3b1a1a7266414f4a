// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetTest {
    private static ResultRow tier(String work, double ratio) {
        return ResultRow.of("tier", work, "Remap, touches", "accesses/s", 3, new Spread(1, 1, 1))
                .details(Map.of(SideGroup.P99_RATIO, 0.5))
                .ratio(new Spread(ratio, ratio, ratio), "Remap, touches / kernel, swap on zram");
    }

    private static List<Target> about(ResultRow row) {
        return Target.ALL.stream().filter(target -> target.isAbout(row)).toList();
    }

    @Test
    void aRowHasTheTargetsOfItsWork() {
        assertThat(about(tier("uniform, threads: 1", 0.4)))
                .extracting(Target::measure)
                .containsExactly(Target.Measure.RATIO, Target.Measure.P99_RATIO);
        assertThat(about(tier("Zipf 0.99, threads: 2", 0.4)))
                .extracting(Target::bound)
                .containsExactly(0.8);
        assertThat(about(tier("moving hot set, threads: 1", 0.4))).isEmpty();
    }

    @Test
    void theDistanceIsAShareOfWhatIsWanted() {
        Target half = about(tier("uniform, threads: 1", 0.4)).getFirst();
        assertThat(half.isMet(0.5)).isTrue();
        assertThat(half.shortfall(0.4)).isCloseTo(0.2, within(1e-9));
        assertThat(half.shortfall(0.6)).isZero();
    }

    @Test
    void whereLessIsBetterTheDistanceIsUpwards() {
        ResultRow start = ResultRow.of(
                "start", "Remap.open to the first served fault", "Remap", "ns", 5, new Spread(5e8, 4e8, 6e8));
        Target target = about(start).getFirst();
        assertThat(target.isMet(target.value(start).orElseThrow())).isFalse();
        assertThat(target.shortfall(5e8)).isCloseTo(1, within(1e-9));
        assertThat(target.text(start, target.bound())).isEqualTo("250.0 ms");
    }

    @Test
    void aRatioThatWasNotMeasuredIsAboutNothing() {
        assertThat(about(tier("Zipf 0.99, threads: 1", Double.NaN))).isEmpty();
    }
}
