// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void theCLoopsLineIsSixNumbers() {
        assertThat(Sample.parse("47275.3 401 134000 0.81400 0.99000 19922944\n"))
                .isEqualTo(new Sample(47275.3, 401, 134_000, 0.814, 0.99, 19_922_944));
    }

    @Test
    void anotherLineIsRefused() {
        assertThatThrownBy(() -> Sample.parse("47275.3 401")).isInstanceOf(IllegalArgumentException.class);
    }
}
