// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Size classes, locations, slot headers and bitmaps. */
class PoolLayoutTest {
    private static final int ROWS = 4;

    @Test
    void everySizeHasTheSmallestClassThatHoldsIt() {
        for (int bytes = 1; bytes <= SizeClasses.MAX_SLOT_BYTES; bytes++) {
            int sizeClass = SizeClasses.forSize(bytes);
            assertThat(SizeClasses.slotBytes(sizeClass)).isGreaterThanOrEqualTo(bytes);
            if (sizeClass > 0) {
                assertThat(SizeClasses.slotBytes(sizeClass - 1)).isLessThan(bytes);
            }
        }
    }

    @Test
    void classesAreCloseTogetherAndLeaveShortTails() {
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            int bytes = SizeClasses.slotBytes(sizeClass);
            assertThat(bytes % ZramSlotLayout.ALIGNMENT).isZero();
            int tail = ChunkLayout.CHUNK_BYTES - SizeClasses.slots(sizeClass) * bytes;
            assertThat(tail).isBetween(0, bytes - 1);
            if (sizeClass > 0) {
                int step = bytes - SizeClasses.slotBytes(sizeClass - 1);
                assertThat(step).isLessThanOrEqualTo(Math.max(2 * ZramSlotLayout.ALIGNMENT, bytes / 16));
            }
        }
    }

    @Test
    void packedPagesAreWhatSlotsWithoutGapsTake() {
        int largest = SizeClasses.COUNT - 1;
        assertThat(SizeClasses.packedPages(largest, 0)).isZero();
        assertThat(SizeClasses.packedPages(largest, 1)).isEqualTo(1);
        assertThat(SizeClasses.packedPages(largest, 5)).isEqualTo(4);
        assertThat(SizeClasses.packedPages(largest, 20)).isEqualTo(16);
        assertThat(SizeClasses.packedPages(largest, 21)).isEqualTo(17);
    }

    @Test
    void locationsGoThereAndBack() {
        for (int chunk : new int[] {0, 1, 77, (1 << 28) - 1}) {
            for (int at = 0; at < ChunkLayout.CHUNK_BYTES; at += ZramSlotLayout.ALIGNMENT) {
                long location = ChunkLayout.location(chunk, at);
                assertThat(ChunkLayout.chunk(location)).isEqualTo(chunk);
                assertThat(ChunkLayout.byteInChunk(location)).isEqualTo(at);
                assertThat(ChunkLayout.offset(location)).isEqualTo(ChunkLayout.chunkOffset(chunk) + at);
            }
        }
    }

    @Test
    void pageMasksCoverExactlyThePagesTouched() {
        assertThat(ChunkLayout.pageMask(0, 1)).isEqualTo(0b1);
        assertThat(ChunkLayout.pageMask(0, 4096)).isEqualTo(0b1);
        assertThat(ChunkLayout.pageMask(4095, 4097)).isEqualTo(0b11);
        assertThat(ChunkLayout.pageMask(4096, 3 * 4096)).isEqualTo(0b110);
        assertThat(ChunkLayout.pageMask(0, ChunkLayout.CHUNK_BYTES)).isEqualTo(0xffff);
    }

    @Test
    void anyFlippedBitOfAnOwnerWordIsFound() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long page = random.nextLong(ZramSlotLayout.PAGE_LIMIT);
            int length = random.nextInt(1, 4096);
            long owner = ZramSlotLayout.owner(page, length);
            assertThat(ZramSlotLayout.page(owner)).isEqualTo(page);
            assertThat(ZramSlotLayout.length(owner)).isEqualTo(length);
            assertThat(ZramSlotLayout.isIntact(owner)).isTrue();
            for (int bit = 0; bit < Long.SIZE; bit++) {
                assertThat(ZramSlotLayout.isIntact(owner ^ 1L << bit)).isFalse();
            }
        }
        assertThat(ZramSlotLayout.isIntact(0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void bitmapsAgreeWithABitSet(int words) {
        SlotBitmaps bitmaps = bitmaps(words);
        bitmaps.takeRow();
        int row = bitmaps.takeRow();
        int bits = words * Long.SIZE - 3;
        BitSet model = new BitSet();
        SplittableRandom random = new SplittableRandom(words);
        for (int step = 0; step < 20_000; step++) {
            int bit = random.nextInt(bits);
            if (model.get(bit)) {
                bitmaps.clear(row, bit);
            } else {
                bitmaps.set(row, bit);
            }
            model.flip(bit);
            int from = random.nextInt(bits);
            int clear = model.nextClearBit(from);
            assertThat(bitmaps.lowestClear(row, from, bits)).isEqualTo(clear < bits ? clear : -1);
            assertThat(bitmaps.highest(row, from)).isEqualTo(model.previousSetBit(from - 1));
            assertThat(bitmaps.isSet(row, bit)).isEqualTo(model.get(bit));
        }
    }

    @Test
    void bitmapRowsAreReusedEmpty() {
        SlotBitmaps bitmaps = bitmaps(4);
        int first = bitmaps.takeRow();
        int second = bitmaps.takeRow();
        bitmaps.giveBackRow(first);
        bitmaps.giveBackRow(second);
        assertThat(bitmaps.takeRow()).isEqualTo(second);
        assertThat(bitmaps.takeRow()).isEqualTo(first);
        assertThat(bitmaps.highest(first, 256)).isEqualTo(-1);
    }

    private static SlotBitmaps bitmaps(int wordsPerRow) {
        return new SlotBitmaps(
                wordsPerRow,
                Arena.global()
                        .allocate(SlotBitmaps.bytes(wordsPerRow, ROWS), Long.BYTES)
                        .address());
    }
}
