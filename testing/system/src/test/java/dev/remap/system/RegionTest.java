// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.Advice;
import dev.remap.Range;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RegionStats;
import dev.remap.Remap;
import dev.remap.RemapException;
import dev.remap.RemapStats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a region is and says of itself. */
class RegionTest {
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long SIZE = 64 * Pages.MIB;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAGES = SIZE / Pages.SIZE;

    private OpenRegion open;
    private Region region;
    private MemorySegment memory;

    @BeforeEach
    void open() throws RemapException {
        open = OpenRegion.of(BUDGET, SIZE);
        region = open.region();
        memory = region.segment();
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void aNewRegionIsZerosAndTakesNoMemory() {
        assertThat(region.name()).isEqualTo("region");
        assertThat(region.size()).isEqualTo(SIZE);
        assertThat(memory.byteSize()).isEqualTo(SIZE);
        assertThat(memory.address() % 4096).isZero();
        assertThat(region.residentBytes(0, SIZE)).isZero();
        for (long page = 0; page < PAGES; page += 5) {
            assertThat(memory.get(JAVA_LONG, page * Pages.SIZE)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zram", "zram:lz4", "zram:zstd"})
    void eightTimesTheBudgetComesBackWithTier(String tier) throws RemapException {
        for (String policy : new String[] {"s3fifo", "clock", "clockpro"}) {
            RegionSpec spec = RegionSpec.ofSize(SIZE).tiers(tier).policy(policy);
            try (Region other = open.remap().create(policy, spec)) {
                Pages.stamp(other.segment(), 0, PAGES);
                assertThat(Pages.wrongStamps(other.segment(), 0, PAGES)).isZero();
            }
        }
    }

    @Test
    void aRegionWithoutTiersWorksWithinTheBudget() throws RemapException {
        try (Region flat =
                open.remap().create("flat", RegionSpec.ofSize(4 * Pages.MIB).tiers(new String[0]))) {
            Pages.stamp(flat.segment(), 0, 1024);
            assertThat(flat.pageOut(0, 4 * Pages.MIB)).isZero();
            assertThat(Pages.wrongStamps(flat.segment(), 0, 1024)).isZero();
        }
    }

    @Test
    void rangeOfFindsSlicesAndNothingElse() {
        Range range = open.remap().rangeOf(memory.asSlice(12_345, 678)).orElseThrow();
        assertThat(range).isEqualTo(new Range(region, 12_345, 678));
        assertThat(open.remap().rangeOf(memory)).contains(new Range(region, 0, SIZE));
        assertThat(open.remap().rangeOf(MemorySegment.ofArray(new byte[8]))).isEmpty();
        try (Arena arena = Arena.ofConfined()) {
            assertThat(open.remap().rangeOf(arena.allocate(4096))).isEmpty();
            MemorySegment view = region.segment(8192, 100, arena);
            assertThat(open.remap().rangeOf(view.asSlice(50))).contains(new Range(region, 8242, 50));
        }
        region.close();
        assertThat(open.remap().rangeOf(memory)).isEmpty();
    }

    @Test
    void aViewDiesWithItsArenaAndWithItsRegion() {
        memory.set(JAVA_LONG, 8192, 99);
        MemorySegment view;
        try (Arena arena = Arena.ofConfined()) {
            view = region.segment(8192, 4096, arena);
            assertThat(view.get(JAVA_LONG, 0)).isEqualTo(99);
            view.set(JAVA_LONG, 8, 100);
        }
        MemorySegment closed = view;
        assertThatIllegalStateException().isThrownBy(() -> closed.get(JAVA_LONG, 0));
        assertThat(memory.get(JAVA_LONG, 8200)).isEqualTo(100);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment outlived = region.segment(8192, 4096, arena);
            region.close();
            assertThatThrownBy(() -> outlived.get(JAVA_LONG, 0)).isInstanceOf(InternalError.class);
        }
    }

    @Test
    void discardedPagesAreZerosAndWritableAndTheirStorageIsFreed() throws RemapException {
        Pages.writeTexts(memory, 0, PAGES);
        RegionStats full = region.stats();
        MemorySegment zeros = MemorySegment.ofArray(new byte[(int) SIZE / 2]);
        region.discard(0, SIZE / 2);
        assertThat(memory.asSlice(0, SIZE / 2).mismatch(zeros)).isEqualTo(-1);
        assertThat(Pages.wrongTexts(memory, PAGES / 2, PAGES / 2)).isZero();
        assertThat(region.stats().storedPages()).isLessThan(full.storedPages() * 2 / 3);
        Pages.stamp(memory, 0, 100);
        assertThat(Pages.wrongStamps(memory, 0, 100)).isZero();
    }

    @Test
    void figuresAddUp() {
        Pages.writeTexts(memory, 0, PAGES);
        Eventually.await("every page is stored or resident", PATIENCE, () -> accountedPages() >= PAGES);
        RegionStats one = region.stats();
        RemapStats all = open.remap().stats();
        assertThat(one.touchFaults()).isPositive();
        assertThat(one.evictedPages()).isGreaterThanOrEqualTo(PAGES - BUDGET / Pages.SIZE);
        assertThat(one.bytesOut()).isPositive();
        assertThat(one.storedBytes())
                .isLessThanOrEqualTo(one.occupiedBytes())
                .isLessThan(one.storedPages() * Pages.SIZE);
        assertThat(one.residentBytes()).isPositive().isLessThanOrEqualTo(BUDGET);
        assertThat(all.dramBudgetBytes()).isEqualTo(BUDGET);
        assertThat(all.dramUsedBytes()).isBetween(BUDGET / 4, BUDGET + 2 * Pages.MIB);
        assertThat(all.dramPeakBytes()).isBetween(BUDGET / 4, BUDGET + 2 * Pages.MIB);
        assertThat(all.compressedBytes()).isPositive().isLessThan(BUDGET);
        assertThat(all.chargedToThisCgroupBytes() + all.chargedToManagerBytes())
                .isBetween(BUDGET / 4, BUDGET + 2 * Pages.MIB);
        assertThat(all.budgetOrigin()).isNotBlank();
        assertThat(all.managerPid())
                .isPositive()
                .isNotEqualTo(ProcessHandle.current().pid());
        assertThat(all.faults().values()).anySatisfy(kind -> {
            assertThat(kind.count()).isPositive();
            assertThat(kind.p50Ns()).isPositive().isLessThanOrEqualTo(kind.p99Ns());
            assertThat(kind.p99Ns()).isLessThanOrEqualTo(kind.maxNs() * 17 / 16);
        });
    }

    private long accountedPages() {
        RegionStats now = region.stats();
        return now.storedPages() + now.residentBytes() / Pages.SIZE;
    }

    @Test
    void pagesOfOneValueAreKeptInTheirWords() throws RemapException {
        memory.fill((byte) 0x7c);
        region.pageOut(0, SIZE);
        assertThat(region.stats().sameFilledPages()).isGreaterThan(PAGES * 9 / 10);
        assertThat(region.stats().storedBytes()).isLessThan(Pages.MIB / 4);
        assertThat(memory.get(JAVA_LONG, SIZE / 2)).isEqualTo(0x7c7c7c7c7c7c7c7cL);
    }

    @Test
    void hintsNeverChangeWhatIsRead() {
        Pages.stamp(memory, 0, PAGES);
        for (Advice advice : Advice.values()) {
            region.advise(0, SIZE, advice);
            assertThat(Pages.wrongStamps(memory, 0, PAGES)).as(advice.name()).isZero();
        }
    }

    @Test
    void verifyAndCheckPassWhereNothingFailed() throws RemapException {
        Pages.stamp(memory, 0, PAGES);
        region.verify(0, SIZE);
        Remap.check();
        assertThat(region.failures()).isEmpty();
    }

    @Test
    void theWholeRegionIsOneMapping() throws RemapException {
        Pages.stamp(memory, 0, PAGES);
        region.pin(4096, 8192, PATIENCE).close();
        region.discard(0, SIZE / 4);
        region.pageOut(SIZE / 2, SIZE / 4);
        region.advise(SIZE / 4, 4096, Advice.SEQUENTIAL);
        assertThat(SparseMain.mappings(region)).isEqualTo(1);
    }
}
