// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultTimesTest {
    @Test
    void percentilesAreTimesThatWereMeasured() {
        FaultTimes times =
                new FaultTimes(LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray());

        assertThat(times.percentileNs(0.5)).isEqualTo(50);
        assertThat(times.percentileNs(0.99)).isEqualTo(99);
        assertThat(times.percentileNs(1)).isEqualTo(100);
    }

    @Test
    void ofOneTouchAllPercentilesAreThatOne() {
        assertThat(new FaultTimes(7).percentileNs(0.5)).isEqualTo(7);
        assertThat(new FaultTimes(7).percentileNs(0.99)).isEqualTo(7);
    }

    @Test
    void withoutTouchesPercentilesAreZero() {
        assertThat(new FaultTimes().percentileNs(0.5)).isZero();
    }
}
