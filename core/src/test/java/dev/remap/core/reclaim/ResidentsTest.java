// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidentsTest {
    private final Machine machine = new Machine(1024);
    private final Pages pages = new Pages(machine);
    private final List<Long> unmapped = new ArrayList<>();
    private final Residents residents = new Residents(machine.regions, new Recorder(), CountersLayout.MAX_REGIONS);

    private final class Recorder implements Unmapper {
        private final List<Long> batch = new ArrayList<>();

        @Override
        public void add(PagedRegion region, long page) {
            batch.add(page);
        }

        @Override
        public void flush() {
            unmapped.addAll(batch);
            batch.clear();
        }
    }

    @BeforeEach
    void open() {
        residents.open(machine.region, "s3fifo");
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void admit(int count) {
        for (int page = 0; page < count; page++) {
            pages.present(page, page + 1);
            residents.admit(machine.region.pageId(page));
        }
    }

    private long[] victims(int most) {
        long[] victims = new long[most];
        return Arrays.copyOf(victims, residents.victims(victims));
    }

    @Test
    void pagesAreUnmappedWhenTheyBecomeInactiveAndThenVictimsInOrder() {
        admit(100);
        residents.deactivate(256);
        assertThat(residents.inactive()).isEqualTo(64);
        assertThat(unmapped).hasSize(64).startsWith(0L, 1L, 2L);
        assertThat(victims(3)).containsExactly(id(0), id(1), id(2));
    }

    /** Its last faults may need the memory; its addresses may be somebody else's. */
    @Test
    void pagesOfARegionThatIsBeingClosedAreVictimsAndNotUnmapped() {
        admit(100);
        machine.region.startClosing();
        residents.deactivate(256);
        assertThat(unmapped).isEmpty();
        assertThat(victims(3)).containsExactly(id(0), id(1), id(2));
    }

    @Test
    void inactivePageThatWasTouchedGoesBack() {
        admit(100);
        residents.deactivate(256);
        machine.region.reference(1);
        assertThat(victims(2)).containsExactly(id(0), id(2));
        assertThat(machine.region.clearReference(1)).isFalse();
        assertThat(everyVictim()).as("it is still tracked").contains(id(1));
    }

    @Test
    void pageThatIsBeingMappedWhenItIsLookedAtIsNotLost() {
        admit(100);
        residents.deactivate(256);
        PageTable table = machine.region.table();
        long locked = table.lock(0, table.get(0));
        for (long id : victims(2)) {
            residents.readmit(id); // as for victims that the demoter keeps
        }
        table.unlockPresent(0, locked);
        assertThat(everyVictim()).as("it is resident and must be evictable").contains(id(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {PageWord.ABSENT, PageWord.FAILED})
    void pageThatHasLeftIsForgotten(int state) {
        admit(100);
        residents.deactivate(256);
        PageTable table = machine.region.table();
        long locked = table.lock(0, table.get(0));
        if (state == PageWord.ABSENT) {
            table.unlockAbsent(0, locked);
        } else {
            table.unlockFailed(0, locked);
        }
        assertThat(everyVictim()).doesNotContain(id(0)).hasSize(99);
    }

    @Test
    void pinnedPagesAreNeitherUnmappedNorVictims() {
        admit(100);
        for (int page = 0; page < 100; page++) {
            machine.region.pin(page);
        }
        residents.deactivate(256);
        assertThat(unmapped).as("a pin promises that the page is mapped").isEmpty();
        assertThat(victims(64)).isEmpty();
        for (int page = 0; page < 100; page++) {
            machine.region.unpin(page);
        }
        assertThat(everyVictim()).hasSize(100);
    }

    @Test
    void coldPagesAreTheNextVictimsAndOnTheListOnce() {
        admit(100);
        for (int i = 0; i < 50; i++) {
            residents.cold(id(70));
            residents.cold(id(71));
        }
        assertThat(residents.inactive()).isEqualTo(2);
        assertThat(victims(64)).containsExactly(id(70), id(71));
    }

    /** Everything that can still be evicted. */
    private List<Long> everyVictim() {
        List<Long> all = new ArrayList<>();
        for (int round = 0; round < 40; round++) {
            residents.deactivate(256);
            for (long id : victims(64)) {
                all.add(id);
                residents.evicted(id);
            }
        }
        return all.stream().distinct().toList();
    }

    private long id(long page) {
        return machine.region.pageId(page);
    }
}
