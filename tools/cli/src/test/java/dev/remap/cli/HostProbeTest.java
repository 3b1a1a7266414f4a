// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Remap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looks at the host the tests run on. */
class HostProbeTest {
    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void seesTheHostItRunsOnAndJudgesItAsTheLibraryDoes() {
        HostFacts host = HostProbe.look();

        assertThat(host.kernel().release()).isNotEmpty();
        assertThat(host.kernel().pageBytes()).isPositive();
        assertThat(host.memory().totalBytes()).isPositive();
        assertThat(host.limits().openFiles()).isPositive();
        assertThat(Diagnosis.of(host).verdict().works())
                .isEqualTo(Remap.support().touch());
        assertThat(host.access().probed().kernelFaults())
                .isEqualTo(Remap.support().kernelFaults());
    }

    @Test
    void measuresWakeUpsWithinASecondAndAHalf() {
        long before = System.nanoTime();
        HostFacts.Idle idle = WakeUpProbe.measure();

        assertThat(System.nanoTime() - before).isLessThan(1_800_000_000L);
        assertThat(idle.oneCpu()).isPresent();
        assertThat(idle.oneCpu().get().medianNs()).isBetween(100L, 10_000_000L);
        assertThat(idle.oneCpu().get().p99Ns())
                .isGreaterThanOrEqualTo(idle.oneCpu().get().medianNs());
    }
}
