// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void theFileLoopsLineIsSevenNumbers() {
        assertThat(Sample.ofFile("47275.3 401 134000 200000 0.81400 0.99000 19922944\n"))
                .isEqualTo(new Sample(47275.3, 401, 134_000, 200_000, 0.814, 0.99, 19_922_944, Double.NaN));
    }

    @Test
    void theTierLoopsLineIsFiveNumbers() {
        Sample sample = Sample.ofTier("107000.5 5300 350000 600000 1117782016\n");
        assertThat(sample.rate()).isEqualTo(107_000.5);
        assertThat(sample.p999Ns()).isEqualTo(600_000);
        assertThat(sample.dramBytes()).isEqualTo(1_117_782_016);
        assertThat(sample.hits()).isNaN();
    }

    @Test
    void anotherLineIsRefused() {
        assertThatThrownBy(() -> Sample.ofFile("47275.3 401")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sample.ofTier("47275.3 401")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatALoopDoesNotKnowIsNotANumber() {
        Sample sample = Sample.ofFile("12.5 1 2 3 nan -nan 0");
        assertThat(sample.rate()).isEqualTo(12.5);
        assertThat(sample.hits()).isNaN();
        assertThat(sample.full()).isNaN();
    }
}
