// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.page.DramBudget;
import dev.remap.wire.CountersLayout;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompactionTest {
    private final SingleThread run = new SingleThread(4096, "s3fifo");

    @AfterEach
    void close() {
        run.close();
    }

    /** The pool grew to one and a half times its pages under a load that let reclaim free something each time. */
    @Test
    void gapsAreClosedAfterEachBatchThatLeavesAndNotOnlyWhenNothingLeaves() {
        long room = run.machine.budget.limit() - DramBudget.RESERVE_PAGES;
        for (long page = 0; page < room; page++) {
            run.touchAlone(page, true);
        }
        run.drain();
        assertThat(run.machine.budget.belowLow()).isTrue();
        assertThat(run.agent.reclaim()).isTrue();
        assertThat(run.machine.budget.aboveHigh()).isTrue();
        long batches = run.machine.counters.get(ValueLayout.JAVA_LONG, CountersLayout.RECLAIM_BATCHES);
        assertThat(batches).isPositive();
        assertThat((long) run.machine.tier.compactions()).isGreaterThanOrEqualTo(batches);
    }
}
