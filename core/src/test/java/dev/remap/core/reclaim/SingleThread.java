// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.sim.Machine;
import dev.remap.wire.PageWord;
import java.util.ArrayList;
import java.util.List;

/** A simulated machine on which one thread plays all agents in turn, so that every figure comes out the same each time. */
final class SingleThread implements AutoCloseable {
    final Machine machine;
    final PagedRegion region;
    final ReclaimAgent agent;
    final List<Long> unmapped = new ArrayList<>();

    private final Promoter promoter;
    private final ResidentMapper mapper;

    SingleThread(int pages, String policy) {
        machine = new Machine(pages);
        machine.kernel.stopLogging();
        region = machine.region;
        promoter = new Promoter(machine.mm, machine.budget, machine.events, machine.failureAction, true);
        mapper = new ResidentMapper(machine.mm, machine.budget, machine.events, machine.failureAction);
        agent = new ReclaimAgent(new ReclaimAgent.Parts(
                machine.regions,
                machine.budget,
                machine.events,
                machine.counters,
                machine.mm,
                new DeferredFaults(),
                machine.failureAction,
                unmapper(),
                (starts, lengths, count) -> true));
        agent.open(region, policy);
    }

    private Unmapper unmapper() {
        return new Unmapper() {
            @Override
            public void add(PagedRegion of, long page) {
                machine.kernel.zap(of.address(page), PagedRegion.PAGE_SIZE);
                unmapped.add(page);
            }

            @Override
            public void flush() {
                // done at once
            }
        };
    }

    /** One touch, and all it leads to; true if the page was in DRAM. */
    boolean touch(long page, boolean write) {
        boolean hit = touchAlone(page, write);
        reclaim();
        return hit;
    }

    /** The same, but memory gets shorter by it. */
    boolean touchAlone(long page, boolean write) {
        if (machine.kernel.touch(page, write) == null) {
            return true;
        }
        long word = region.table().get(page);
        boolean hit = PageWord.isResident(word);
        if (hit) {
            region.reference(page);
            assertThat(mapper.map(region, page, word, write, machine.kernel.isMapped(page)))
                    .isEqualTo(1);
        } else {
            assertThat(promoter.promote(region, page, 1, 1, write)).isEqualTo(1);
        }
        return hit;
    }

    /** What the agent does in a cycle. */
    void reclaim() {
        drain();
        while (machine.budget.belowLow() && shrinkToHigh()) {
            drain();
        }
        while (agent.letGo() > 0) {
            drain();
        }
    }

    private boolean shrinkToHigh() {
        boolean freed = false;
        while (!machine.budget.aboveHigh() && agent.shrink() > 0) {
            freed = true;
        }
        return freed;
    }

    void drain() {
        machine.events.drain(agent);
    }

    boolean isResident(long page) {
        return PageWord.isResident(region.table().get(page));
    }

    /** Pages of a range that are in DRAM. */
    long resident(long first, long pages) {
        long count = 0;
        for (long page = first; page < first + pages; page++) {
            count += isResident(page) ? 1 : 0;
        }
        return count;
    }

    /** Holds all figures to each other. */
    @Override
    public void close() {
        drain();
        machine.checkAccounting();
        machine.close();
    }
}
