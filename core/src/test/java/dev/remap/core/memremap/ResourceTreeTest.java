// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.core.memremap.ResourceTree.Kind;
import dev.remap.driver.mm.PfnRange;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceTreeTest {
    private static final long MIB2 = PfnRange.ALIGNMENT;

    private final ResourceTree tree = new ResourceTree();

    @Test
    void regionsComeFromTheBottomAndDevicesFromTheTop() throws IOException {
        assertThat(ram("a", 3).range()).isEqualTo(new PfnRange(0, MIB2));
        assertThat(ram("b", MIB2 + 1).range()).isEqualTo(new PfnRange(MIB2, 2 * MIB2));
        assertThat(device("d", MIB2).range()).isEqualTo(new PfnRange(ResourceTree.END - MIB2, MIB2));
        assertThat(device("e", MIB2).range()).isEqualTo(new PfnRange(ResourceTree.END - 2 * MIB2, MIB2));
    }

    @Test
    void whatWasGivenBackIsGivenOutAgain() throws IOException {
        ResourceTree.Resource a = ram("a", MIB2);
        ram("b", MIB2);
        tree.release(a);
        assertThat(tree.at(0)).isNull();
        assertThat(ram("c", MIB2).range().first()).isZero();
        assertThatThrownBy(() -> tree.release(a)).isInstanceOf(IllegalStateException.class);
    }

    /** Linux looks at the two ends only, and lets a range through that has another inside it. */
    @ParameterizedTest
    @CsvSource({"0, 10", "4, 1", "5, 1", "3, 2", "5, 5", "0, 5", "4, 2"})
    void anyOverlapIsRefusedWithBothNames(long first, long count) throws IOException {
        tree.claim(new PfnRange(4 * MIB2, 2 * MIB2), Kind.DEVICE, "older");
        assertThatThrownBy(() -> tree.claim(new PfnRange(first * MIB2, count * MIB2), Kind.DEVICE, "newer"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer")
                .hasMessageContaining("older");
        assertThat(tree.all()).hasSize(1);
    }

    @Test
    void whatIsReservedGoesToWhomItIsReservedForAndOnlyWhole() throws IOException {
        PfnRange top = new PfnRange(ResourceTree.END - MIB2, MIB2);
        tree.reserve(top, "gpu0");
        assertThat(device("gpu1", MIB2).range().end()).isEqualTo(top.first());
        assertThat(device("gpu0", MIB2).range().end()).isEqualTo(top.first() - MIB2);
        assertThatThrownBy(() -> tree.claim(top, Kind.DEVICE, "gpu1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gpu0");
        assertThat(tree.claim(top, Kind.DEVICE, "gpu0").kind()).isEqualTo(Kind.DEVICE);
        assertThat(tree.at(top.first())).extracting(ResourceTree.Resource::kind).isEqualTo(Kind.DEVICE);
    }

    @Test
    void whatIsStillReservedIsFreeInTheEnd() throws IOException {
        PfnRange top = new PfnRange(ResourceTree.END - MIB2, MIB2);
        tree.reserve(top, "gpu0");
        tree.endReservations();
        assertThat(tree.all()).isEmpty();
        assertThat(device("gpu1", MIB2).range()).isEqualTo(top);
    }

    @Test
    void neighboursDoNotOverlap() throws IOException {
        tree.claim(new PfnRange(4 * MIB2, 2 * MIB2), Kind.DEVICE, "a");
        tree.claim(new PfnRange(3 * MIB2, MIB2), Kind.DEVICE, "b");
        tree.claim(new PfnRange(6 * MIB2, MIB2), Kind.DEVICE, "c");
        assertThat(tree.all()).extracting(ResourceTree.Resource::name).containsExactly("b", "a", "c");
    }

    @Test
    void aDeviceOverARegionsMemoryIsRefusedAsSuch() throws IOException {
        ram("prices", MIB2);
        assertThatThrownBy(() -> tree.claim(new PfnRange(0, MIB2), Kind.DEVICE, "gpu0"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("System RAM, region prices")
                .hasMessageContaining("gpu0");
    }

    @ParameterizedTest
    @CsvSource({"1, 512", "512, 1", "512, 513", "-512, 512", "1099511627776, 512", "512, 1099511627776"})
    void rangesAreAlignedAndWithinTheSpace(long first, long pages) {
        assertThatThrownBy(() -> tree.claim(new PfnRange(first, pages), Kind.DEVICE, "d"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tree.all()).isEmpty();
    }

    @Test
    void aFullSpaceSaysWhatToDo() throws IOException {
        device("all", ResourceTree.END);
        assertThatThrownBy(() -> ram("r", 1)).isInstanceOf(IOException.class).hasMessageContaining("unbind");
        assertThatThrownBy(() -> device("d", MIB2)).isInstanceOf(IOException.class);
    }

    @Test
    void isPrintedAsIomemIs() throws IOException {
        assertThat(ram("prices", MIB2)).hasToString("00000000000000-000000001fffff : System RAM (prices)");
        assertThat(device("d0", MIB2)).hasToString("0fffffffe00000-0fffffffffffff : d0");
    }

    private ResourceTree.Resource ram(String name, long pages) throws IOException {
        return tree.claim(PfnRange.anywhere(pages), Kind.SYSTEM_RAM, name);
    }

    private ResourceTree.Resource device(String name, long pages) throws IOException {
        return tree.claim(PfnRange.anywhere(pages), Kind.DEVICE, name);
    }
}
