// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.wire.PageWord;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageTableTest {
    private static final int STATES = 7;
    private static final int TIER = PageWord.TIER_FIRST;

    private final PageTable table = open(4096);
    private long nextPage;

    private interface Change {
        void apply(long page, long word);
    }

    private static PageTable open(long pages) {
        try {
            return new PageTable("test", pages);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        table.close();
    }

    @Test
    void tableMakesEveryTransitionAndNoOther() {
        List<Change> changes = List.of(
                table::lock,
                table::unlockAbsent,
                table::unlockEmpty,
                table::unlockPresent,
                table::unlockClean,
                table::unlockFailed,
                (page, locked) -> table.forgetCopy(page, locked, PageWord.TIER_NONE),
                table::beginDemote,
                table::revertDemote,
                (page, word) -> table.publish(page, word, TIER, 7),
                table::publishClean,
                table::completePunch,
                (page, word) -> table.relocate(page, PageWord.tier(word), PageWord.location(word), 9));
        Set<String> seen = new TreeSet<>();
        for (int from = 0; from < STATES; from++) {
            for (Change change : changes) {
                observe(from, change, seen);
            }
        }
        assertThat(seen)
                .isEqualTo(Arrays.stream(PageTransition.values())
                        .filter(transition -> !transition.isAtTakeover())
                        .map(transition -> transition.from() + " to " + transition.to())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private void observe(int from, Change change, Set<String> seen) {
        long page = inState(from);
        long word = table.get(page);
        try {
            change.apply(page, word);
        } catch (AssertionError refused) {
            assertThat(table.get(page)).as(refused.getMessage()).isEqualTo(word);
        }
        if (table.get(page) != word) {
            seen.add(from + " to " + PageWord.state(table.get(page)));
        }
    }

    /** A fresh page in a state, with a copy below where the state allows one. */
    private long inState(int state) {
        long page = nextPage++;
        table.unlockPresent(page, table.lock(page, table.get(page)));
        switch (state) {
            case PageWord.PRESENT -> {}
            case PageWord.DEMOTING -> table.beginDemote(page, table.get(page));
            default -> {
                table.publish(page, table.beginDemote(page, table.get(page)), TIER, 5);
                if (state != PageWord.PUNCHING) {
                    table.completePunch(page, table.get(page));
                    leaveAbsent(page, state);
                }
            }
        }
        assertThat(PageWord.state(table.get(page))).isEqualTo(state);
        return page;
    }

    private void leaveAbsent(long page, int state) {
        if (state == PageWord.ABSENT) {
            return;
        }
        long locked = table.lock(page, table.get(page));
        if (state == PageWord.CLEAN) {
            table.unlockClean(page, locked);
        } else if (state == PageWord.FAILED) {
            table.unlockFailed(page, locked);
        }
    }

    @Test
    void changeOfAStaleWordIsNotTaken() {
        long page = inState(PageWord.PRESENT);
        long stale = table.get(page);
        table.revertDemote(page, table.beginDemote(page, stale));
        assertThat(table.lock(page, stale)).isEqualTo(PageTable.NOT_TAKEN);
        assertThat(table.beginDemote(page, stale)).isEqualTo(PageTable.NOT_TAKEN);
        assertThat(PageWord.state(table.get(page))).isEqualTo(PageWord.PRESENT);
    }

    @Test
    void touchThatTakesADemotingPageDefeatsItsPublication() {
        long page = inState(PageWord.DEMOTING);
        long demoting = table.get(page);
        table.unlockPresent(page, table.lock(page, demoting));
        assertThat(table.publish(page, demoting, TIER, 7)).isEqualTo(PageTable.NOT_TAKEN);
        assertThat(table.revertDemote(page, demoting)).isFalse();
    }

    @Test
    void relocationNeedsThePageToBeWhereTheTierThinks() {
        long page = inState(PageWord.ABSENT);
        assertThat(table.relocate(page, TIER, 6, 9)).isFalse();
        assertThat(table.relocate(page, TIER + 1, 5, 9)).isFalse();
        assertThat(table.relocate(page, TIER, 5, 9)).isTrue();
        long locked = table.lock(page, table.get(page));
        assertThat(table.relocate(page, TIER, 9, 5)).isFalse();
        table.unlockClean(page, locked);
        assertThat(table.relocate(page, TIER, 9, 5)).isTrue();
        assertThat(PageWord.location(table.get(page))).isEqualTo(5);
    }

    @Test
    void ownerWhoIsNotTheOwnerIsFoundOut() {
        long page = inState(PageWord.LOCKED);
        long locked = table.get(page);
        table.unlockAbsent(page, locked);
        assertThatThrownBy(() -> table.unlockPresent(page, locked))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("is owned, yet ABSENT tier 1 location 5");
    }

    @Test
    void untouchedPartsOfALargeTableAreSkipped() {
        try (PageTable large = open(1L << 31)) {
            assertThat(large.nextTouched(0)).isEqualTo(1L << 31);
            long page = 1_000_000_007L;
            large.unlockAbsent(page, large.lock(page, 0));
            assertThat(large.nextTouched(0)).isBetween(page - 511, page);
            assertThat(large.nextTouched(page)).isEqualTo(page);
            assertThat(large.nextTouched(page + 512)).isEqualTo(1L << 31);
            assertThat(large.nextTouched(1L << 31)).isEqualTo(1L << 31);
        }
    }
}
