// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static dev.remap.system.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.FailurePolicy;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be opened or created is refused with a sentence that names the part that is wrong. */
class BadSpecTest {
    private static final RegionSpec GOOD = RegionSpec.ofSize(Pages.MIB);
    private static Remap remap;

    @BeforeAll
    static void open() throws RemapException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
    }

    @AfterAll
    static void close() {
        remap.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -4096, Long.MIN_VALUE})
    void aSizeThatIsNotPositiveIsRefused(long size) {
        refused(Category.INVALID, () -> remap.create("bad", RegionSpec.ofSize(size)))
                .contains("size")
                .contains(Long.toString(size));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4095, 4097, (1L << 30) + 8})
    void aSizeThatIsNotAMultipleOfThePageIsRefused(long size) {
        refused(Category.INVALID, () -> remap.create("bad", RegionSpec.ofSize(size)))
                .contains("4096")
                .contains(Long.toString(size));
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 47, 1L << 50, 1L << 62, Long.MAX_VALUE & -4096})
    void aSizeBeyondTheAddressSpaceIsRefused(long size) {
        assertThatThrownBy(() -> remap.create("bad", RegionSpec.ofSize(size)))
                .hasMessageContaining("address space")
                .isInstanceOfSatisfying(
                        RemapException.class, e -> assertThat(e.category()).isIn(Category.INVALID, Category.NO_MEMORY));
    }

    @Test
    void aNameThatIsTakenIsRefusedAndFreeAgainAfterClose() throws RemapException {
        try (Region first = remap.create("twice", GOOD)) {
            refused(Category.EXISTS, () -> remap.create("twice", GOOD)).contains("twice");
            assertThat(remap.regions()).contains(first);
        }
        remap.create("twice", GOOD).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "../x", "ü", "a\nb", "a\u0000b"})
    void aNameOfOtherThanLettersDigitsDotsDashesAndUnderscoresIsRefused(String name) {
        refused(Category.INVALID, () -> remap.create(name, GOOD)).contains("name");
    }

    @Test
    void aNameMayHaveSixtyFourCharactersAndNoMore() throws RemapException {
        remap.create("x".repeat(64), GOOD).close();
        refused(Category.INVALID, () -> remap.create("x".repeat(65), GOOD)).contains("64");
    }

    @Test
    void anUnknownTierIsRefusedWithTheTiersThereAre() {
        refused(Category.INVALID, () -> remap.create("bad", GOOD.tiers("tape")))
                .contains("tape")
                .contains("zram");
    }

    @Test
    void anUnknownTierOptionIsRefused() {
        refused(Category.INVALID, () -> remap.create("bad", GOOD.tiers("zram:brotli")))
                .contains("brotli");
    }

    @Test
    void anUnknownPolicyIsRefusedWithThePoliciesThereAre() {
        refused(Category.INVALID, () -> remap.create("bad", GOOD.policy("lucky")))
                .contains("lucky")
                .contains("s3fifo")
                .contains("clock");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 999_999})
    void aStallOfLessThanAMillisecondIsRefused(long nanos) {
        refused(Category.INVALID, () -> remap.create("bad", GOOD.maxStall(Duration.ofNanos(nanos))))
                .contains("maxStall");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4096, 256 << 10, -1, Long.MIN_VALUE})
    void aBudgetTooSmallToWorkIsRefusedWithTheArithmetic(long budget) {
        refused(
                        Category.INVALID,
                        () -> Remap.open(RemapConfig.defaults().dramBytes(budget))
                                .close())
                .contains("budget")
                .containsPattern("[0-9]+ KiB.*[0-9]+ KiB.*= [0-9]+ KiB");
    }

    @Test
    void aRefusedRegionLeavesNothingBehind() throws RemapException {
        List<Region> before = remap.regions();
        refused(Category.INVALID, () -> remap.create("bad", GOOD.policy("lucky")));
        assertThat(remap.regions()).isEqualTo(before);
        RegionSpec everything =
                GOOD.onFailure(FailurePolicy.WAIT).tiers("zram:zstd").policy("clock");
        remap.create("bad", everything).close();
    }
}
