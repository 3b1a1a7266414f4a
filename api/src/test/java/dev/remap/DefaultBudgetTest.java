// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefaultBudgetTest {
    private static final long MIB = 1 << 20;

    @Test
    void budgetIsWhatTheMemoryLimitLeaves() {
        DefaultBudget budget = DefaultBudget.derive(4096 * MIB, "cgroup /app", 1024 * MIB, 512 * MIB, 100_000 * MIB);
        assertThat(budget.bytes()).isEqualTo(2304 * MIB);
        assertThat(budget.origin())
                .isEqualTo("2304 MiB = memory limit 4096 MiB (cgroup /app) - max heap 1024 MiB"
                        + " - max direct memory 512 MiB - reserve 256 MiB");
    }

    @Test
    void budgetIsWholePages() {
        DefaultBudget budget = DefaultBudget.derive(1024 * MIB + 5000, "cgroup", 256 * MIB, 256 * MIB, 0);
        assertThat(budget.bytes()).isEqualTo(256 * MIB + 4096);
    }

    @Test
    void limitThatLeavesNothingGivesNothingAndSaysWhy() {
        DefaultBudget budget = DefaultBudget.derive(1024 * MIB, "cgroup", 768 * MIB, 768 * MIB, 4096 * MIB);
        assertThat(budget.bytes()).isZero();
        assertThat(budget.origin())
                .isEqualTo("-768 MiB = memory limit 1024 MiB (cgroup) - max heap 768 MiB"
                        + " - max direct memory 768 MiB - reserve 256 MiB");
    }

    @Test
    void processWithoutALimitGetsAFixedDefault() {
        DefaultBudget budget = DefaultBudget.derive(Long.MAX_VALUE, "no cgroup", MIB, MIB, 64_000 * MIB);
        assertThat(budget.bytes()).isEqualTo(1024 * MIB);
        assertThat(budget.origin()).startsWith("1024 MiB by default").contains("(no cgroup)", "RemapConfig.dramBytes");
    }

    @Test
    void processWithoutALimitLeavesHalfOfWhatIsAvailable() {
        DefaultBudget budget = DefaultBudget.derive(Long.MAX_VALUE, "no cgroup", MIB, MIB, 1000 * MIB + 4097);
        assertThat(budget.bytes()).isEqualTo(500 * MIB);
        assertThat(budget.origin()).contains("at most half of the 1000 MiB available now");
    }

    @Test
    void configuredBudgetIsTakenAsItIs() {
        DefaultBudget budget = DefaultBudget.of(RemapConfig.defaults().dramBytes(300 * MIB));
        assertThat(budget).isEqualTo(new DefaultBudget(300 * MIB, "300 MiB as configured"));
    }

    @Test
    void budgetOfThisProcessSaysHowItCameAbout() {
        DefaultBudget budget = DefaultBudget.of(RemapConfig.defaults());
        assertThat(budget.bytes() % 4096).isZero();
        assertThat(budget.origin()).contains(" MiB");
    }
}
