// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Advice;
import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands and hints that move pages, and what they say of where pages are. */
class ResidencyTest {
    private static final long BUDGET = 16 * Pages.MIB;
    private static final long SIZE = 64 * Pages.MIB;
    private static final long SOME = 2 * Pages.MIB;
    private static final int PINS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private OpenRegion open;
    private Region region;
    private MemorySegment memory;
    private long faultsOfSetUp;

    @BeforeEach
    void fillAndPageOut() throws RemapException {
        open = OpenRegion.of(BUDGET, SIZE);
        region = open.region();
        memory = region.segment();
        Pages.writeTexts(memory, 0, 2 * SOME / Pages.SIZE);
        Eviction.of(region, 0, 2 * SOME);
        faultsOfSetUp = region.stats().touchFaults();
    }

    @AfterEach
    void close() {
        open.close();
    }

    private void assertContent() {
        assertThat(Pages.wrongTexts(memory, 0, 2 * SOME / Pages.SIZE)).isZero();
    }

    @Test
    void pageOutSaysWhatLeftAndLoadBringsItBack() throws RemapException {
        assertThat(region.residentBytes(0, 2 * SOME)).isZero();
        assertThat(region.isLoaded(0, 1)).isFalse();
        assertThat(region.pageOut(0, SOME)).isZero();
        region.load(0, SOME, PATIENCE);
        assertThat(region.isLoaded(0, SOME)).isTrue();
        assertThat(region.residentBytes(0, 2 * SOME)).isEqualTo(SOME);
        assertThat(region.pageOut(0, 2 * SOME)).isEqualTo(SOME);
        assertContent();
    }

    @Test
    void touchesOfLoadedPagesDoNotFault() throws RemapException {
        region.load(0, SOME, PATIENCE);
        long before = region.stats().touchFaults();
        for (long offset = 0; offset < SOME; offset += Pages.SIZE) {
            memory.get(JAVA_LONG, offset);
        }
        assertThat(region.stats().touchFaults()).isEqualTo(before);
        assertThat(region.stats().loadedPages()).isGreaterThanOrEqualTo(SOME / Pages.SIZE);
    }

    @Test
    void loadCoversEveryPageThatItsRangeTouches() throws RemapException {
        region.load(4095, 2, PATIENCE);
        assertThat(region.isLoaded(0, 8192)).isTrue();
        assertThat(region.isLoaded(8192, 1)).isFalse();
    }

    @Test
    void loadAsyncBringsScatteredPages() throws Exception {
        long[] offsets = {0, 40 * 4096, 7 * 4096, 300 * 4096, 999};
        region.loadAsync(offsets, 4, 8192).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(region.isLoaded(0, 8192)).isTrue();
        assertThat(region.isLoaded(40 * 4096, 8192)).isTrue();
        assertThat(region.isLoaded(7 * 4096, 8192)).isTrue();
        assertThat(region.isLoaded(300 * 4096, 8192)).isTrue();
        assertContent();
    }

    /** Enough for more than one share, of pages in no order. */
    @Test
    void loadAsyncOfManyScatteredPagesBringsEach() throws Exception {
        int pages = (int) (SOME / Pages.SIZE);
        long[] offsets = new long[pages];
        for (int i = 0; i < pages; i++) {
            offsets[i] = i * 211L % pages * Pages.SIZE;
        }
        region.loadAsync(offsets, pages, Pages.SIZE).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(region.residentBytes(0, 2 * SOME)).isEqualTo(SOME);
        assertThat(region.stats().touchFaults()).isEqualTo(faultsOfSetUp);
        assertContent();
    }

    @Test
    void prefetchBringsARangeSoon() {
        region.prefetch(SOME / 2, SOME);
        Eventually.await("prefetched range", PATIENCE, () -> region.isLoaded(SOME / 2, SOME));
        assertContent();
    }

    @Test
    void prefetchBringsScatteredPagesSoon() {
        long[] offsets = {5 * 4096, 100 * 4096, 55 * 4096};
        region.prefetch(offsets, 3, 4096);
        for (long offset : offsets) {
            Eventually.await("page " + offset / 4096, PATIENCE, () -> region.isLoaded(offset, 4096));
        }
        Eventually.await("3 pages", PATIENCE, () -> region.residentBytes(0, 2 * SOME) == 3 * 4096);
    }

    /** A hint may take its time; a command that follows it has it done. */
    private void advise(Advice advice) throws RemapException {
        region.advise(0, 2 * SOME, advice);
        region.failures();
    }

    @Test
    void sequentialReadsAreReadAhead() throws RemapException {
        advise(Advice.SEQUENTIAL);
        long before = region.stats().touchFaults();
        assertContent();
        long faults = region.stats().touchFaults() - before;
        assertThat(faults).isLessThan(2 * SOME / Pages.SIZE / 2);
        assertThat(region.stats().readAheadPages()).isPositive();
    }

    @Test
    void randomAdviceReadsNothingAhead() throws RemapException {
        advise(Advice.RANDOM);
        long before = region.stats().readAheadPages();
        for (long page = 0; page < 100; page++) {
            memory.get(JAVA_LONG, page * 4096);
        }
        assertThat(region.stats().readAheadPages()).isEqualTo(before);
        Eventually.await("100 pages", PATIENCE, () -> region.residentBytes(0, 2 * SOME) == 100 * 4096);
    }

    @Test
    void pinnedPagesStayUnderPressureAndPageOut() throws RemapException {
        try (Pin pin = region.pin(SOME / 4 + 10, SOME / 2, PATIENCE)) {
            assertThat(pin.segment().byteSize()).isEqualTo(SOME / 2);
            assertThat(region.stats().pinnedBytes()).isEqualTo(SOME / 2 + 4096);
            pin.segment().set(JAVA_LONG.withByteAlignment(1), 0, 0x1234_5678);
            assertThat(region.pageOut(0, 2 * SOME)).isZero();
            Pages.stamp(memory, 2 * SOME / Pages.SIZE, (SIZE - 2 * SOME) / Pages.SIZE);
            assertThat(region.isLoaded(SOME / 4 + 10, SOME / 2)).isTrue();
            assertThat(memory.get(JAVA_LONG.withByteAlignment(1), SOME / 4 + 10))
                    .isEqualTo(0x1234_5678);
        }
        assertThat(region.stats().pinnedBytes()).isZero();
        assertThat(region.pageOut(SOME / 4, SOME / 2)).isPositive();
        assertThat(memory.get(JAVA_LONG.withByteAlignment(1), SOME / 4 + 10)).isEqualTo(0x1234_5678);
    }

    @Test
    void overlappingPinsAreCountedOnceAndEachHolds() throws RemapException {
        Pin first = region.pin(0, 8192, PATIENCE);
        Pin second = region.pin(4096, 8192, PATIENCE);
        assertThat(region.stats().pinnedBytes()).isEqualTo(3 * 4096);
        first.close();
        first.close();
        assertThat(region.stats().pinnedBytes()).isEqualTo(2 * 4096);
        assertThat(region.pageOut(0, 3 * 4096)).isEqualTo(4096);
        assertThat(region.isLoaded(4096, 8192)).isTrue();
        second.close();
        assertThat(region.pageOut(0, 3 * 4096)).isEqualTo(2 * 4096);
    }

    /** A pin of a page that is in DRAM maps it anew, for which the manager locks it: it does not leave meanwhile. */
    @Test
    void aPinnedRangeIsLoadedAtEveryMomentWhileOthersPinIt() throws Exception {
        long length = 64 * Pages.SIZE;
        try (Pin _ = region.pin(0, length, PATIENCE)) {
            var others = CompletableFuture.runAsync(() -> pinOften(length));
            long looks = 0;
            while (!others.isDone()) {
                assertThat(region.isLoaded(0, length)).as("look %d", looks).isTrue();
                assertThat(region.residentBytes(0, length)).isEqualTo(length);
                looks++;
            }
            others.get(10, TimeUnit.SECONDS);
            assertThat(looks).isPositive();
        }
    }

    private void pinOften(long length) {
        try {
            for (int i = 0; i < PINS; i++) {
                region.pin(0, length, PATIENCE).close();
            }
        } catch (RemapException e) {
            throw new CompletionException(e);
        }
    }
}
