// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static dev.remap.system.Refusals.refused;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.remap.Advice;
import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.Repair;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls with wrong arguments, on closed things, and in the wrong order. */
class BadUseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long SIZE = 64 * Pages.MIB;
    private static final long BUDGET = 8 * Pages.MIB;

    private Remap remap;
    private Region region;

    @BeforeEach
    void open() throws RemapException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET));
        region = remap.create("used", RegionSpec.ofSize(SIZE));
    }

    @AfterEach
    void close() {
        remap.close();
    }

    private record Call(String name, ThrowingCallable body) {}

    private List<Call> callsOnRange(long offset, long length) {
        return List.of(
                new Call("segment", () -> region.segment(offset, length, Arena.global())),
                new Call("advise", () -> region.advise(offset, length, Advice.COLD)),
                new Call("prefetch", () -> region.prefetch(offset, length)),
                new Call("prefetch scattered", () -> region.prefetch(new long[] {offset}, 1, length)),
                new Call("load", () -> region.load(offset, length, PATIENCE)),
                new Call("loadAsync", () -> region.loadAsync(new long[] {offset}, 1, length)),
                new Call("pin", () -> region.pin(offset, length, PATIENCE)),
                new Call(
                        "transferTo",
                        () -> region.transferTo(offset, length, Channels.newChannel(new ByteArrayOutputStream()))),
                new Call(
                        "transferFrom",
                        () -> region.transferFrom(
                                Channels.newChannel(new ByteArrayInputStream(new byte[9])), offset, length)),
                new Call("pageOut", () -> region.pageOut(offset, length)),
                new Call("discard", () -> region.discard(offset, length)),
                new Call("isLoaded", () -> region.isLoaded(offset, length)),
                new Call("residentBytes", () -> region.residentBytes(offset, length)),
                new Call("verify", () -> region.verify(offset, length)),
                new Call("repair", () -> region.repair(offset, length, Repair.RETRY)));
    }

    /** The calls that do not throw this. */
    private static List<String> othersThan(Class<?> type, List<Call> calls) {
        return calls.stream()
                .filter(call -> !type.isInstance(catchThrowable(call.body())))
                .map(Call::name)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "-4096, 4096",
        "0, -4096",
        "67108864, 4096",
        "67104768, 8192",
        "4096, 9223372036854771712",
        "-9223372036854775808, 4096"
    })
    void rangesOutOfBoundsAreIndexOutOfBounds(long offset, long length) {
        assertThat(othersThan(IndexOutOfBoundsException.class, callsOnRange(offset, length)))
                .isEmpty();
    }

    @Test
    void everyCallOnAClosedRegionIsAnIllegalState() {
        region.close();
        assertThat(othersThan(IllegalStateException.class, callsOnRange(0, 4096)))
                .isEmpty();
        assertThatIllegalStateException().isThrownBy(region::failures).withMessageContaining("used");
    }

    @Test
    void touchingAfterCloseThrowsAndDoesNotEndTheProcess() {
        MemorySegment segment = region.segment();
        segment.set(JAVA_LONG, 0, 1);
        region.close();
        assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
        assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, SIZE - 8));
        assertThatIllegalStateException().isThrownBy(() -> segment.set(JAVA_BYTE, 5, (byte) 1));
    }

    @Test
    void closingTwiceDoesNothing() {
        region.close();
        assertThatCode(region::close).doesNotThrowAnyException();
        remap.close();
        assertThatCode(remap::close).doesNotThrowAnyException();
        assertThatCode(region::close).doesNotThrowAnyException();
    }

    @Test
    void creatingARegionOfAClosedRemapIsRefused() {
        remap.close();
        refused(Category.NOT_FOUND, () -> remap.create("late", RegionSpec.ofSize(4096)))
                .contains("closed");
    }

    @Test
    void closingUnderAPinIsRefusedAndTheRegionStaysOpen() throws RemapException {
        try (Pin pin = region.pin(0, 4096, PATIENCE)) {
            pin.segment().set(JAVA_LONG, 0, 77);
            assertThatIllegalStateException().isThrownBy(region::close).withMessageContaining("pin");
            assertThatIllegalStateException().isThrownBy(remap::close).withMessageContaining("pin");
            assertThat(region.segment().get(JAVA_LONG, 0)).isEqualTo(77);
            assertThat(remap.regions()).containsExactly(region);
        }
        region.close();
    }

    @Test
    void aPinsSegmentDiesWithThePin() throws RemapException {
        Pin pin = region.pin(0, 4096, PATIENCE);
        MemorySegment pinned = pin.segment();
        pin.close();
        assertThatCode(pin::close).doesNotThrowAnyException();
        assertThatIllegalStateException().isThrownBy(() -> pinned.get(JAVA_LONG, 0));
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "0, 1", "0, 4095", "2048, 4096", "4096, 6144"})
    void discardOfPartsOfPagesIsAnIllegalArgument(long offset, long length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> region.discard(offset, length))
                .withMessageContaining("4096");
    }

    @Test
    void discardOfAPinnedPageIsRefusedAndFreesNothing() throws RemapException {
        Pages.stamp(region.segment(), 0, 8);
        try (Pin pin = region.pin(3 * 4096, 1, PATIENCE)) {
            refused(Category.INVALID, () -> region.discard(0, 8 * 4096)).contains("pin");
            assertThat(Pages.wrongStamps(region.segment(), 0, 8)).isZero();
            assertThat(pin.segment().byteSize()).isEqualTo(1);
        }
        region.discard(0, 8 * 4096);
        assertThat(Pages.wrongStamps(region.segment(), 0, 8)).isEqualTo(8);
    }

    @Test
    void aLoadOfMoreThanTheBudgetIsRefusedAtOnce() {
        refused(Category.CAPACITY, () -> region.load(0, SIZE, PATIENCE)).contains("budget");
    }

    @Test
    void aPinOfMoreThanHalfTheBudgetIsRefused() throws RemapException {
        refused(Category.QUOTA, () -> region.pin(0, BUDGET * 3 / 4, PATIENCE)).contains("pin");
        try (Pin first = region.pin(0, BUDGET * 3 / 8, PATIENCE)) {
            refused(Category.QUOTA, () -> region.pin(SIZE / 2, BUDGET / 4, PATIENCE));
            assertThat(region.stats().pinnedBytes()).isEqualTo(first.segment().byteSize());
        }
        region.pin(SIZE / 2, BUDGET / 4, PATIENCE).close();
        assertThat(region.stats().pinnedBytes()).isZero();
    }

    @Test
    void aConfinedArenaOfAnotherThreadIsRefused() throws InterruptedException {
        Arena[] foreign = new Arena[1];
        Thread owner = new Thread(() -> foreign[0] = Arena.ofConfined());
        owner.start();
        owner.join();
        assertThatThrownBy(() -> region.segment(0, 4096, foreign[0])).isInstanceOf(WrongThreadException.class);
    }
}
