// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlabAllocatorTest {
    private final FakeRegion fake = new FakeRegion(1024);
    private final SlabAllocator allocator = new SlabAllocator(fake.region());

    private long offset(MemorySegment object) {
        return object.address() - fake.memory().address();
    }

    @Test
    void smallObjectsShareAPage() {
        Set<Long> offsets = new HashSet<>();
        for (int i = 0; i < 256; i++) {
            offsets.add(offset(allocator.allocate(16, 8)));
        }
        assertThat(offsets).hasSize(256).allMatch(offset -> offset < 4096 && offset % 16 == 0);
        assertThat(allocator.usedBytes()).isEqualTo(4096);
        assertThat(offset(allocator.allocate(9))).isEqualTo(4096);
    }

    @Test
    void segmentHasTheSizeThatWasAskedFor() {
        assertThat(allocator.allocate(1, 1).byteSize()).isEqualTo(1);
        assertThat(allocator.allocate(0, 1).byteSize()).isZero();
        assertThat(allocator.allocate(ValueLayout.JAVA_LONG, 5).byteSize()).isEqualTo(40);
        assertThat(allocator.allocateFrom("hello").getString(0)).isEqualTo("hello");
        assertThat(allocator.allocate(100_000, 8).byteSize()).isEqualTo(100_000);
    }

    @Test
    void lessThanAQuarterOfASlotAndASixteenthOfASlabIsLost() {
        for (long bytes = 1; bytes <= 16_384; bytes++) {
            int sizeClass = SlabSizes.of(bytes, 1);
            int size = SlabSizes.size(sizeClass);
            assertThat(size).isGreaterThanOrEqualTo((int) bytes);
            assertThat(bytes <= 64 ? size - bytes < 16 : (size - bytes) * 4 < size)
                    .as("%d bytes in a slot of %d", bytes, size)
                    .isTrue();
            assertThat(sizeClass == 0 || SlabSizes.size(sizeClass - 1) < bytes).isTrue();
        }
        for (int i = 0; i < SlabSizes.count(); i++) {
            long slab = SlabSizes.pages(i) * 4096L;
            assertThat((slab - (long) SlabSizes.slots(i) * SlabSizes.size(i)) * 16)
                    .as("slots of %d", SlabSizes.size(i))
                    .isLessThanOrEqualTo(slab);
        }
    }

    @Test
    void everyAlignmentIsKept() {
        for (long alignment = 1; alignment <= 1 << 20; alignment *= 2) {
            for (long bytes : new long[] {1, 24, 100, 3_000, 5_000, 20_000}) {
                MemorySegment object = allocator.allocate(bytes, alignment);
                assertThat(object.address() % alignment)
                        .as("%d at %d", bytes, alignment)
                        .isZero();
                allocator.free(object);
            }
        }
        assertThat(allocator.usedBytes()).isZero();
    }

    @Test
    void freedSlotIsUsedAgainFirst() {
        MemorySegment a = allocator.allocate(40);
        allocator.allocate(40);
        allocator.free(a);
        assertThat(allocator.allocate(48).address()).isEqualTo(a.address());
    }

    @Test
    void bigObjectsTakeWholePagesAndGiveThemBack() {
        MemorySegment a = allocator.allocate(20_000);
        MemorySegment b = allocator.allocate(4096 * 3);
        assertThat(allocator.usedBytes()).isEqualTo(8 * 4096);
        allocator.free(a);
        allocator.free(b);
        assertThat(allocator.usedBytes()).isZero();
        assertThat(allocator.allocate(1024 * 4096)).isNotNull();
    }

    @Test
    void fullRangeIsRefusedWithFigures() {
        allocator.allocate(1000 * 4096);
        assertThatThrownBy(() -> allocator.allocate(25 * 4096, 16))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("no room for 102400 bytes aligned to 16: 4096000 of 4194304 bytes are in use,"
                        + " the largest gap has 98304");
        assertThat(allocator.allocate(24 * 4096)).isNotNull();
        assertThatThrownBy(() -> allocator.allocate(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void sizeOrAlignmentThatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> allocator.allocate(-1, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> allocator.allocate(8, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> allocator.allocate(8, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("power of two");
        assertThatThrownBy(() -> allocator.allocate(Long.MAX_VALUE, 8)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void doubleFreeIsRefusedWithTheAddress() {
        MemorySegment kept = allocator.allocate(40);
        MemorySegment object = allocator.allocate(40);
        MemorySegment big = allocator.allocate(40_000);
        allocator.free(object);
        allocator.free(big);
        assertRefused(object);
        assertRefused(big);
        allocator.free(kept);
        assertRefused(kept);
    }

    @Test
    void whatWasNotAllocatedHereIsRefused() {
        MemorySegment object = allocator.allocate(40);
        MemorySegment big = allocator.allocate(40_000);
        assertRefused(object.asSlice(8));
        assertRefused(big.asSlice(4096));
        assertRefused(big.asSlice(1));
        assertRefused(fake.memory().asSlice(500 * 4096));
        assertRefused(Arena.ofAuto().allocate(8));
        assertRefused(MemorySegment.ofArray(new long[1]));
        allocator.free(object.asSlice(0, 1));
        allocator.free(big);
    }

    private void assertRefused(MemorySegment object) {
        assertThatThrownBy(() -> allocator.free(object))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("free(0x" + Long.toHexString(object.address()) + ")");
    }

    @Test
    void rangeOfARegionIsAllThatIsUsed() {
        SlabAllocator part = new SlabAllocator(fake.region(), 10 * 4096, 2 * 4096);
        assertThat(offset(part.allocate(16))).isEqualTo(10 * 4096);
        assertThat(offset(part.allocate(4096))).isEqualTo(11 * 4096);
        assertThatThrownBy(() -> part.allocate(4096)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new SlabAllocator(fake.region(), 1, 4096))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SlabAllocator(fake.region(), 0, 1025 * 4096))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new SlabAllocator(fake.region(), 0, 0).allocate(1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void freePagesAreDiscardedInBatchesOfNeighbours() {
        List<MemorySegment> objects = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            objects.add(allocator.allocate(4096));
        }
        MemorySegment kept = objects.remove(100);
        objects.subList(0, 255).forEach(allocator::free);
        assertThat(fake.takeDiscards()).isEmpty();
        allocator.free(objects.get(255));
        assertThat(fake.takeDiscards()).containsExactly(new FakeRegion.Range(0, 100), new FakeRegion.Range(101, 156));
        allocator.free(kept);
        assertThat(fake.takeDiscards()).isEmpty();
    }

    @Test
    void trimDiscardsWhatIsFreeAndHasBeenUsed() throws RemapException {
        MemorySegment object = allocator.allocate(40);
        MemorySegment big = allocator.allocate(3 * 4096);
        allocator.free(big);
        allocator.trim();
        assertThat(fake.takeDiscards()).containsExactly(new FakeRegion.Range(1, 3));
        allocator.trim();
        assertThat(fake.takeDiscards()).isEmpty();
        allocator.free(object);
        allocator.allocate(16);
        allocator.trim();
        assertThat(fake.takeDiscards()).as("the page is in use again").isEmpty();
    }

    @Test
    void failedDiscardIsTriedAgainAndItsPagesStayUsable() throws RemapException {
        MemorySegment big = allocator.allocate(300 * 4096);
        fake.failing(true);
        allocator.free(big);
        assertThatThrownBy(allocator::trim).isInstanceOf(RemapException.class).hasMessageContaining("pinned");
        assertThat(allocator.usedBytes()).isZero();
        allocator.free(allocator.allocate(1024 * 4096));
        fake.failing(false);
        allocator.trim();
        assertThat(fake.takeDiscards()).containsExactly(new FakeRegion.Range(0, 1024));
    }

    @Test
    void allocationThatNeedsPagesOfARunningBatchWaitsForThem() throws InterruptedException {
        MemorySegment all = allocator.allocate(1024 * 4096);
        Thread[] other = new Thread[1];
        boolean[] got = new boolean[1];
        fake.duringDiscard(() -> {
            other[0] = Thread.ofPlatform()
                    .start(() -> got[0] = allocator.allocate(8).byteSize() == 8);
            awaitWaiting(other[0]);
        });
        allocator.free(all);
        other[0].join();
        assertThat(got[0]).isTrue();
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
            Thread.onSpinWait();
        }
    }
}
