// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.migrate.Demoter;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.Tier;
import dev.remap.wire.PageWord;
import java.util.ArrayList;
import java.util.List;

/** Brings pages of a {@link Machine} into the states that tests start from, by the same agents that do it in a manager. */
public final class Pages {
    private final Machine machine;
    private final Promoter promoter;
    private final ResidentMapper mapper;
    private final Demoter demoter;

    /** What became of victims. */
    public static final class Written implements Demoter.Outcome {
        public final List<Long> demoted = new ArrayList<>();
        public final List<Long> kept = new ArrayList<>();
        public final List<Long> refused = new ArrayList<>();

        @Override
        public void demoted(PagedRegion region, long page) {
            demoted.add(page);
        }

        @Override
        public void kept(PagedRegion region, long page, boolean wasRefused) {
            (wasRefused ? refused : kept).add(page);
        }
    }

    public Pages(Machine machine) {
        this.machine = machine;
        promoter = new Promoter(machine.mm, machine.budget, machine.events, machine.failureAction, true);
        mapper = new ResidentMapper(machine.mm, machine.budget, machine.events, machine.failureAction);
        demoter = new Demoter(machine.mm, machine.budget);
    }

    /** Makes a page PRESENT with {@code value} in its first and {@code last} in its last long. */
    public void present(long page, long value, long last) {
        if (machine.state(page) == PageWord.ABSENT) {
            assertThat(promoter.promote(machine.region, page, 1, 1, true)).isEqualTo(1);
        }
        write(page, 0, value);
        write(page, SimulatedKernel.PAGE - 8, last);
    }

    /** Makes a page PRESENT, with contents that are not all the same. */
    public void present(long page, long value) {
        present(page, value, ~value);
    }

    /** Makes a page ABSENT with its contents in the tier. */
    public void stored(long page, long value) {
        present(page, value);
        assertThat(demote(page).demoted).containsExactly(page);
    }

    /** Makes a page CLEAN with a copy in the tier. */
    public void clean(long page, long value) {
        stored(page, value);
        assertThat(promoter.promote(machine.region, page, 1, 1, false)).isEqualTo(1);
        assertThat(machine.state(page)).isEqualTo(PageWord.CLEAN);
    }

    /** Makes a page FAILED with its contents in the tier. */
    public void failed(long page, long value) {
        stored(page, value);
        machine.tier.corrupt(page, Tier.CORRUPT);
        assertThat(promoter.promote(machine.region, page, 1, 1, false)).isEqualTo(Promoter.FAILED);
    }

    /** A touch that wants a resident page writable, as the fault thread serves it. */
    public void steal(long page) {
        assertThat(mapper.map(machine.region, page, machine.region.table().get(page), true, false))
                .isEqualTo(1);
    }

    /** Writes where a mapping permits it. */
    public void write(long page, long offset, long value) {
        try {
            machine.kernel.write(machine.address(page) + offset, value);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes victims out of DRAM. */
    public Written demote(long... pages) {
        Written record = new Written();
        long[] ids = new long[pages.length];
        for (int i = 0; i < pages.length; i++) {
            ids[i] = machine.region.pageId(pages[i]);
        }
        int left = demoter.demote(machine.region, ids, 0, ids.length, record);
        assertThat(left).isEqualTo(record.demoted.size());
        return record;
    }
}
