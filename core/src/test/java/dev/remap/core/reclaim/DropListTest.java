// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.page.PageId;
import dev.remap.core.policy.LongRing;
import dev.remap.core.sim.Machine;
import dev.remap.wire.CountersLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropListTest {
    private static final int PAGES = 1024;

    private final Machine machine = new Machine(PAGES);
    private final DropList list = new DropList(CountersLayout.MAX_REGIONS);

    @AfterEach
    void close() {
        list.close(machine.region);
        machine.close();
    }

    private void add(long page) {
        assertThat(list.add(machine.region, page)).isTrue();
    }

    private void remove(long page) {
        list.remove(machine.region.pageId(page));
    }

    private List<Long> everything() {
        List<Long> all = new ArrayList<>();
        for (long id = list.poll(); id != LongRing.EMPTY; id = list.poll()) {
            all.add(PageId.page(id));
        }
        return all;
    }

    @Test
    void oldestComesFirstAndEachOnce() {
        add(7);
        add(3);
        add(5);
        add(7);
        assertThat(list.size()).isEqualTo(3);
        assertThat(everything()).containsExactly(7L, 3L, 5L);
        assertThat(list.size()).isZero();
    }

    @Test
    void pageThatWasRemovedIsNotAnswered() {
        add(1);
        add(2);
        remove(1);
        remove(9);
        assertThat(list.size()).isEqualTo(1);
        assertThat(everything()).containsExactly(2L);
    }

    @Test
    void pageThatComesBackIsListedOnce() {
        add(1);
        add(2);
        remove(1);
        add(1);
        assertThat(list.size()).isEqualTo(2);
        assertThat(everything()).containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void pageThatComesAndGoesDoesNotMakeTheRingGrow() {
        for (int i = 0; i < 100_000; i++) {
            add(i % PAGES);
            remove(i % PAGES);
        }
        assertThat(list.size()).isZero();
        assertThat(list.entries()).isLessThan(PAGES + 1);
    }

    @Test
    void closedRegionIsForgottenAndItsNumberMayComeBack() {
        for (int page = 0; page < 100; page++) {
            add(page);
        }
        list.close(machine.region);
        assertThat(list.size()).isZero();
        assertThat(list.entries()).isZero();
        assertThat(everything()).isEmpty();
        add(3);
        assertThat(everything()).containsExactly(3L);
    }

    @Test
    void holdsWhatAModelHolds() {
        long seed = System.nanoTime();
        System.out.println("drop list, seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Set<Long> model = new LinkedHashSet<>();
        for (int i = 0; i < 100_000; i++) {
            long page = random.nextInt(PAGES);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    add(page);
                    model.add(page);
                }
                case 2, 3 -> {
                    remove(page);
                    model.remove(page);
                }
                default -> {
                    long id = list.poll();
                    assertThat(id == LongRing.EMPTY ? model.isEmpty() : model.remove(PageId.page(id)))
                            .as("seed %d, step %d", seed, i)
                            .isTrue();
                }
            }
            assertThat(list.size()).isEqualTo(model.size());
        }
        assertThat(everything()).containsExactlyInAnyOrderElementsOf(model);
    }
}
