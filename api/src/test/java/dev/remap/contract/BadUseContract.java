// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.contract;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.remap.Advice;
import dev.remap.FileSpec;
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
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with wrong arguments, on closed things, and in the wrong order. */
public abstract class BadUseContract extends RemapContract {
    private static final int SIZE = 16 * PAGE;
    private static final RegionSpec GOOD = RegionSpec.ofSize(SIZE);

    private Region region;
    private Region file;

    @BeforeEach
    final void create() throws IOException {
        region = remap.create("used", GOOD);
        Path path = Files.write(directory.resolve("used-file"), noise(SIZE, 1));
        file = remap.openFile(path, MapMode.READ_WRITE, FileSpec.defaults());
    }

    private record Call(String name, ThrowingCallable body) {}

    private static List<Call> callsOnRange(Region region, long offset, long length) {
        List<Call> calls = new ArrayList<>();
        calls.add(new Call("segment", () -> region.segment(offset, length, Arena.global())));
        calls.add(new Call("advise", () -> region.advise(offset, length, Advice.COLD)));
        calls.add(new Call("prefetch", () -> region.prefetch(offset, length)));
        calls.add(new Call("prefetch scattered", () -> region.prefetch(new long[] {offset}, 1, length)));
        calls.add(new Call("load", () -> region.load(offset, length, PATIENCE)));
        calls.add(new Call("loadAsync", () -> region.loadAsync(new long[] {offset}, 1, length)));
        calls.add(new Call("pin", () -> region.pin(offset, length, PATIENCE)));
        calls.add(new Call(
                "transferTo",
                () -> region.transferTo(offset, length, Channels.newChannel(new ByteArrayOutputStream()))));
        calls.add(new Call(
                "transferFrom",
                () -> region.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[9])), offset, length)));
        calls.add(new Call(
                "read scattered",
                () -> region.read(new long[] {offset}, 1, length, MemorySegment.ofArray(new byte[2 * PAGE]))));
        calls.add(new Call("force", () -> region.force(offset, length)));
        calls.add(new Call("pageOut", () -> region.pageOut(offset, length)));
        calls.add(new Call("discard", () -> region.discard(offset, length)));
        calls.add(new Call("isLoaded", () -> region.isLoaded(offset, length)));
        calls.add(new Call("residentBytes", () -> region.residentBytes(offset, length)));
        calls.add(new Call("verify", () -> region.verify(offset, length)));
        calls.add(new Call("repair", () -> region.repair(offset, length, Repair.RETRY)));
        return calls;
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
        "65536, 4096",
        "61440, 8192",
        "4096, 9223372036854771712",
        "-9223372036854775808, 4096"
    })
    void rangesOutOfBoundsAreIndexOutOfBounds(long offset, long length) {
        for (Region each : List.of(region, file)) {
            assertThat(othersThan(IndexOutOfBoundsException.class, callsOnRange(each, offset, length)))
                    .isEmpty();
        }
    }

    @Test
    void offsetsAndTargetsMustHaveWhatTheCallSays() {
        MemorySegment target = MemorySegment.ofArray(new byte[PAGE]);
        long[] offsets = {0, 0};
        for (Region each : List.of(region, file)) {
            assertThatThrownBy(() -> each.read(offsets, 3, 1, target)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> each.read(offsets, 2, PAGE, target)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> each.prefetch(offsets, 3, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> each.loadAsync(offsets, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> each.read(SIZE - 1, target)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void everyCallOnWhatIsClosedIsAnIllegalState() {
        for (Region each : List.of(region, file)) {
            each.close();
            assertThat(othersThan(IllegalStateException.class, callsOnRange(each, 0, PAGE)))
                    .isEmpty();
            assertThatIllegalStateException().isThrownBy(each::segment);
            assertThatIllegalStateException().isThrownBy(each::stats);
            assertThatIllegalStateException().isThrownBy(each::failures).withMessageContaining("used");
        }
    }

    @Test
    void touchingAfterCloseThrows() {
        MemorySegment segment = region.segment();
        segment.set(JAVA_LONG, 0, 1);
        region.close();
        assertThatIllegalStateException().isThrownBy(() -> segment.get(JAVA_LONG, 0));
        assertThatIllegalStateException().isThrownBy(() -> segment.set(JAVA_LONG, SIZE - 8, 1));
    }

    @Test
    void closingTwiceDoesNothing() {
        region.close();
        assertThatCode(region::close).doesNotThrowAnyException();
        remap.close();
        assertThatCode(remap::close).doesNotThrowAnyException();
        assertThatCode(region::close).doesNotThrowAnyException();
        assertThatCode(file::close).doesNotThrowAnyException();
    }

    @Test
    void aClosedRemapOpensNothing() {
        remap.close();
        Path path = directory.resolve("used-file");
        refused(Category.NOT_FOUND, () -> remap.create("late", GOOD)).contains("closed");
        refused(Category.NOT_FOUND, () -> remap.openFile(path, MapMode.READ_ONLY, FileSpec.defaults()))
                .contains("closed");
        refused(Category.NOT_FOUND, () -> remap.map(path, MapMode.READ_ONLY, 0, 1, Arena.global()))
                .contains("closed");
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "0, 1", "0, 4095", "2048, 4096", "4096, 6144"})
    void discardOfPartsOfPagesIsAnIllegalArgument(long offset, long length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> region.discard(offset, length))
                .withMessageContaining("4096");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -4096, Long.MIN_VALUE, 1, 4095, 4097, 1L << 47, Long.MAX_VALUE & -4096})
    void sizesThatNoRegionCanHaveAreRefused(long size) {
        refused(Category.INVALID, () -> remap.create("bad", RegionSpec.ofSize(size)))
                .contains("size")
                .contains(Long.toString(size));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "../x", "ü", "a\nb", "a\u0000b"})
    void namesOfOtherCharactersAreRefused(String name) {
        refused(Category.INVALID, () -> remap.create(name, GOOD)).contains("name");
    }

    @Test
    void aNameHasAtMostSixtyFourCharactersAndIsTakenOnce() throws RemapException {
        String longest = "x".repeat(64);
        Region first = remap.create(longest, GOOD);
        refused(Category.EXISTS, () -> remap.create(longest, GOOD)).contains(longest);
        first.close();
        remap.create(longest, GOOD).close();
        refused(Category.INVALID, () -> remap.create(longest + "x", GOOD)).contains("64");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 999_999})
    void aStallOfLessThanAMillisecondIsRefused(long nanos) {
        refused(Category.INVALID, () -> remap.create("bad", GOOD.maxStall(Duration.ofNanos(nanos))))
                .contains("maxStall");
    }

    @Test
    void aConfinedArenaOfAnotherThreadIsRefused() throws InterruptedException {
        Arena[] foreign = new Arena[1];
        Thread owner = Thread.ofPlatform().start(() -> foreign[0] = Arena.ofConfined());
        owner.join();
        for (Region each : List.of(region, file)) {
            assertThatThrownBy(() -> each.segment(0, PAGE, foreign[0])).isInstanceOf(WrongThreadException.class);
        }
    }

    @Test
    void filesThatCannotBeOpenedSaySo() throws IOException {
        FileSpec spec = FileSpec.defaults();
        Path missing = directory.resolve("missing");
        refused(Category.NOT_FOUND, () -> remap.openFile(missing, MapMode.READ_ONLY, spec))
                .contains("missing");
        refused(Category.INVALID, () -> remap.openFile(directory, MapMode.READ_ONLY, spec));
        refused(Category.INVALID, () -> remap.openFile(directory, MapMode.READ_WRITE, spec));
        Path path = directory.resolve("used-file");
        refused(Category.INVALID, () -> remap.openFile(path, MapMode.PRIVATE, spec.privateTiers(new String[0])))
                .contains("privateTiers");
        refused(Category.INVALID, () -> remap.map(path, MapMode.READ_ONLY, SIZE - 1, 2, Arena.global()))
                .contains("used-file", Integer.toString(SIZE));
        refused(Category.INVALID, () -> remap.map(path, MapMode.READ_ONLY, -1, 2, Arena.global()));
        refused(Category.INVALID, () -> remap.map(path, MapMode.READ_ONLY, 1, -2, Arena.global()));
        assertThat(Files.size(path)).isEqualTo(SIZE);
    }

    @Test
    void aFileKeepsToItsMode() throws IOException {
        refused(Category.UNSUPPORTED, () -> file.discard(0, PAGE)).contains("discard");
        Path path = directory.resolve("used-file");
        try (Region readOnly = remap.openFile(path, MapMode.READ_ONLY, FileSpec.defaults())) {
            assertThat(readOnly.segment().isReadOnly()).isTrue();
            assertThat(readOnly.segment(1, 2, Arena.global()).isReadOnly()).isTrue();
            assertThatThrownBy(() ->
                            readOnly.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[9])), 0, 9))
                    .isInstanceOf(NonWritableChannelException.class);
        }
    }
}
