// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.remap.Advice;
import dev.remap.Pin;
import dev.remap.Range;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.Repair;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Regions that are nobody's file. */
public abstract class RegionContract extends RemapContract {
    private static final long SIZE = 4 * MIB;

    private Region region;
    private MemorySegment memory;

    @BeforeEach
    final void create() throws RemapException {
        region = remap.create("contract", RegionSpec.ofSize(SIZE));
        memory = region.segment();
    }

    @Test
    void anUnwrittenRegionIsZeros() throws RemapException {
        MemorySegment target = MemorySegment.ofArray(noise(PAGE, 1));
        region.read(SIZE - PAGE, target);
        assertThat(target.toArray(JAVA_BYTE)).containsOnly(0);
        assertThat(memory.byteSize()).isEqualTo(SIZE).isEqualTo(region.size());
        assertThat(memory.get(JAVA_LONG, 0) | memory.get(JAVA_LONG, SIZE - 8)).isZero();
    }

    @Test
    void accessesOfEveryShapeWithinAndAcrossPagesComeBack() throws RemapException {
        for (int cycle = 0; cycle < 2; cycle++) {
            for (long at = PAGE - 9; at < PAGE + 2; at++) {
                shapes(at);
                region.pageOut(0, SIZE);
            }
        }
        byte[] noise = noise(5 * PAGE + 17, 2);
        write(memory, 3, noise);
        region.pageOut(0, SIZE);
        assertThat(bytes(memory, 3, noise.length)).isEqualTo(noise);
        byte[] half = new byte[noise.length];
        memory.asSlice(3, noise.length).asByteBuffer().get(half);
        assertThat(half).isEqualTo(noise);
        assertThat(memory.asSlice(3, noise.length).mismatch(MemorySegment.ofArray(noise)))
                .isEqualTo(-1);
    }

    private void shapes(long at) {
        memory.set(JAVA_LONG_UNALIGNED, at, 0x1122334455667788L * at);
        assertThat(memory.get(JAVA_LONG_UNALIGNED, at)).isEqualTo(0x1122334455667788L * at);
        memory.set(JAVA_INT_UNALIGNED, at, (int) at * 7);
        assertThat(memory.get(JAVA_INT_UNALIGNED, at)).isEqualTo((int) at * 7);
        memory.set(JAVA_DOUBLE_UNALIGNED, at, 1.5 * at);
        assertThat(memory.get(JAVA_DOUBLE_UNALIGNED, at)).isEqualTo(1.5 * at);
        memory.set(JAVA_FLOAT_UNALIGNED, at, 0.5f * at);
        assertThat(memory.get(JAVA_FLOAT_UNALIGNED, at)).isEqualTo(0.5f * at);
        memory.set(JAVA_SHORT_UNALIGNED, at, (short) at);
        assertThat(memory.get(JAVA_SHORT_UNALIGNED, at)).isEqualTo((short) at);
        memory.set(JAVA_CHAR_UNALIGNED, at, (char) at);
        assertThat(memory.get(JAVA_CHAR_UNALIGNED, at)).isEqualTo((char) at);
        memory.set(JAVA_BYTE, at, (byte) at);
        assertThat(memory.get(JAVA_BYTE, at)).isEqualTo((byte) at);
    }

    @Test
    void discardedPagesAreZerosAndOthersAreKept() throws RemapException {
        byte[] noise = noise(8 * PAGE, 3);
        write(memory, 0, noise);
        region.discard(2 * PAGE, 3 * PAGE);
        region.discard(0, 0);
        Arrays.fill(noise, 2 * PAGE, 5 * PAGE, (byte) 0);
        assertThat(bytes(memory, 0, noise.length)).isEqualTo(noise);
        MemorySegment target = MemorySegment.ofArray(new byte[noise.length]);
        region.read(0, target);
        assertThat(target.toArray(JAVA_BYTE)).isEqualTo(noise);
    }

    @Test
    void readsGiveWhatWasWrittenToAnyTarget() throws RemapException {
        byte[] noise = noise(2 * (int) MIB, 4);
        write(memory, 5, noise);
        region.pageOut(0, MIB);
        MemorySegment heap = MemorySegment.ofArray(new byte[noise.length]);
        region.read(5, heap);
        assertThat(heap.toArray(JAVA_BYTE)).isEqualTo(noise);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment offHeap = arena.allocate(noise.length + 1).asSlice(1);
            region.read(5, offHeap);
            assertThat(offHeap.mismatch(heap)).isEqualTo(-1);
            long[] offsets = {5 + PAGE - 50, 5, 5 + 700_001, -1};
            MemorySegment scattered = arena.allocate(300);
            region.read(offsets, 3, 100, scattered);
            assertThat(bytes(scattered, 0, 100)).isEqualTo(Arrays.copyOfRange(noise, PAGE - 50, PAGE + 50));
            assertThat(bytes(scattered, 100, 100)).isEqualTo(Arrays.copyOf(noise, 100));
            assertThat(bytes(scattered, 200, 100)).isEqualTo(Arrays.copyOfRange(noise, 700_001, 700_101));
        }
        region.read(SIZE, MemorySegment.ofArray(new byte[0]));
    }

    @ParameterizedTest
    @EnumSource
    void adviceChangesNoContents(Advice advice) throws RemapException {
        byte[] noise = noise(3 * PAGE, 5);
        write(memory, 100, noise);
        region.advise(101, PAGE, advice);
        region.advise(0, SIZE, advice);
        region.advise(SIZE, 0, advice);
        region.prefetch(7, SIZE - 7);
        region.prefetch(new long[] {9, PAGE, -1}, 2, PAGE);
        assertThat(bytes(memory, 100, noise.length)).isEqualTo(noise);
        region.verify(0, SIZE);
    }

    @Test
    void whatIsLoadedIsResident() throws Exception {
        write(memory, 0, noise((int) MIB, 6));
        region.pageOut(0, MIB);
        region.load(PAGE / 2, MIB / 2, PATIENCE);
        assertThat(region.isLoaded(PAGE / 2, MIB / 2)).isTrue();
        assertThat(region.residentBytes(0, SIZE)).isGreaterThan(MIB / 2);
        region.loadAsync(new long[] {0, MIB / 2, -1}, 2, MIB / 2)
                .toCompletableFuture()
                .get();
        assertThat(region.isLoaded(0, MIB)).isTrue();
        assertThat(region.isLoaded(0, 0)).isTrue();
        assertThat(region.residentBytes(0, 0)).isZero();
        assertThat(region.stats().residentBytes()).isGreaterThanOrEqualTo(MIB);
        assertThat(bytes(memory, 0, MIB)).isEqualTo(noise((int) MIB, 6));
    }

    @Test
    void slicesAreFoundInTheirRegion() throws RemapException {
        Region other = remap.create("other", RegionSpec.ofSize(PAGE));
        assertThat(remap.rangeOf(memory.asSlice(77, 5))).contains(new Range(region, 77, 5));
        assertThat(remap.rangeOf(other.segment())).contains(new Range(other, 0, PAGE));
        assertThat(remap.rangeOf(MemorySegment.ofArray(new byte[8]))).isEmpty();
        assertThat(remap.rangeOf(Arena.ofAuto().allocate(8))).isEmpty();
        assertThat(remap.regions()).containsExactlyInAnyOrder(region, other);
        MemorySegment gone = other.segment();
        other.close();
        assertThat(remap.rangeOf(gone)).isEmpty();
        assertThat(remap.regions()).containsExactly(region);
    }

    @Test
    void transfersMoveBytesToAndFromChannels() throws IOException {
        byte[] noise = noise(3 * (int) MIB, 7);
        Path file = Files.write(directory.resolve("source"), noise);
        try (FileChannel channel = FileChannel.open(file)) {
            assertThat(region.transferFrom(channel, 3, SIZE - 3)).isEqualTo(noise.length);
        }
        assertThat(bytes(memory, 3, noise.length)).isEqualTo(noise);
        Path copy = directory.resolve("copy");
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThat(region.transferTo(3, noise.length, channel)).isEqualTo(noise.length);
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(noise);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(region.transferTo(4, 100, Channels.newChannel(out))).isEqualTo(100);
        assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(noise, 1, 101));
        assertThat(region.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[0])), 0, 1))
                .isZero();
    }

    @Test
    void aPinIsResidentWritableAndDiesOnItsOwn() throws RemapException {
        Pin pin = region.pin(PAGE + 8, 2 * PAGE, PATIENCE);
        MemorySegment pinned = pin.segment();
        assertThat(pinned.byteSize()).isEqualTo(2 * PAGE);
        pinned.set(JAVA_LONG, 0, 99);
        assertThat(memory.get(JAVA_LONG, PAGE + 8)).isEqualTo(99);
        assertThat(region.isLoaded(PAGE + 8, 2 * PAGE)).isTrue();
        region.pageOut(0, SIZE);
        assertThat(region.isLoaded(PAGE + 8, 2 * PAGE)).isTrue();
        try (Pin second = region.pin(2 * PAGE, PAGE, PATIENCE)) {
            assertThat(second.segment().byteSize()).isEqualTo(PAGE);
            assertThat(region.stats().pinnedBytes()).isEqualTo(3 * PAGE);
        }
        assertThat(region.stats().pinnedBytes()).isEqualTo(3 * PAGE);
        pin.close();
        pin.close();
        assertThat(region.stats().pinnedBytes()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> pinned.get(JAVA_LONG, 0));
    }

    @Test
    void aPinKeepsItsPagesFromDiscardAndItsRegionFromClosing() throws RemapException {
        byte[] noise = noise(8 * PAGE, 8);
        write(memory, 0, noise);
        try (Pin pin = region.pin(3 * PAGE, 1, PATIENCE)) {
            refused(Category.INVALID, () -> region.discard(0, 8 * PAGE)).contains("pin");
            assertThat(bytes(memory, 0, noise.length)).isEqualTo(noise);
            assertThatIllegalStateException().isThrownBy(region::close).withMessageContaining("pin");
            assertThatIllegalStateException().isThrownBy(remap::close).withMessageContaining("pin");
            assertThat(pin.segment().byteSize()).isEqualTo(1);
            assertThat(remap.regions()).containsExactly(region);
        }
        region.discard(0, 8 * PAGE);
        assertThat(memory.get(JAVA_LONG, 3 * PAGE)).isZero();
    }

    @Test
    void nothingIsFailedWhereNothingFailed() throws RemapException {
        region.verify(0, SIZE);
        assertThat(region.failures()).isEmpty();
        assertThat(region.repair(0, SIZE, Repair.RETRY)).isZero();
        assertThat(region.repair(0, SIZE, Repair.ACCEPT_LOSS)).isZero();
        region.force(0, SIZE);
        dev.remap.Remap.check();
    }

    @Test
    void virtualThreadsMayCallEverything() throws Exception {
        byte[] noise = noise((int) SIZE, 9);
        write(memory, 0, noise);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            long offset = i * 70_001L;
            Thread.ofVirtual().start(() -> {
                try {
                    region.load(offset, PAGE, PATIENCE);
                    byte[] target = new byte[70_000];
                    region.read(offset, MemorySegment.ofArray(target));
                    assertThat(target).isEqualTo(Arrays.copyOfRange(noise, (int) offset, (int) offset + 70_000));
                    region.pin(offset, 1, PATIENCE).close();
                    end.complete(null);
                } catch (Exception | AssertionError e) {
                    end.completeExceptionally(e);
                }
            });
            done.add(end);
        }
        CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get();
    }
}
