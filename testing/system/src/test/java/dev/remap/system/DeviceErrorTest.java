// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static dev.remap.system.Refusals.refused;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.PageFailure;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.Repair;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that cannot read some of its blocks: those pages fail, the others do not, and they come back when it is well again. */
class DeviceErrorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAGES = 64;
    private static final long SIZE = PAGES * Pages.SIZE;
    private static final List<Long> BAD = List.of(5L, 6L, 40L);

    private Remap remap;
    private Region region;
    private Path control;

    @TempDir
    Path directory;

    @BeforeEach
    void breakPages() throws IOException {
        control = directory.resolve("control");
        remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
        region = remap.create("device", RegionSpec.ofSize(SIZE).tiers("faulty:" + control));
        Pages.writeTexts(region.segment(), 0, PAGES);
        Eviction.of(region, 0, SIZE);
        Files.write(control, BAD.stream().map(page -> "error " + page).toList());
    }

    @AfterEach
    void close() {
        remap.close();
    }

    @Test
    void onlyTheBadPagesFailAndTheyComeBackOnceTheDeviceIsWell() throws IOException {
        for (long page = 0; page < PAGES; page++) {
            long offset = page * Pages.SIZE;
            if (BAD.contains(page)) {
                refused(Category.IO, () -> region.load(offset, Pages.SIZE, PATIENCE));
                refused(Category.IO, () -> region.verify(offset, 1));
            } else {
                region.load(offset, Pages.SIZE, PATIENCE);
                region.verify(offset, Pages.SIZE);
                assertThat(Pages.read(region.segment(), page)).isEqualTo(Pages.text(page));
            }
        }
        refused(Category.IO, Remap::check);
        assertThat(region.failures().stream().map(PageFailure::offset))
                .containsExactlyElementsOf(
                        BAD.stream().map(page -> page * Pages.SIZE).toList());
        assertThat(region.failures()).allMatch(failure -> failure.tier().equals("faulty"));
        assertThat(region.repair(0, SIZE, Repair.RETRY)).isZero();
        Files.delete(control);
        assertThat(region.repair(0, SIZE, Repair.RETRY)).isEqualTo(BAD.size());
        region.verify(0, SIZE);
        assertThat(region.failures()).isEmpty();
        assertThat(Pages.wrongTexts(region.segment(), 0, PAGES)).isZero();
    }

    @Test
    void aLoadOfALongRangeSaysSoAndTheNeighboursAreWhole() throws IOException {
        refused(Category.IO, () -> region.load(0, SIZE, PATIENCE));
        assertThat(region.failures()).isNotEmpty().allMatch(one -> BAD.contains(one.offset() / Pages.SIZE));
        Files.delete(control);
        region.repair(0, SIZE, Repair.RETRY);
        region.load(0, SIZE, PATIENCE);
        assertThat(Pages.wrongTexts(region.segment(), 0, PAGES)).isZero();
    }

    @Test
    void aReadThrowsAndIsRightOnceTheDeviceIsWell() throws IOException {
        MemorySegment target = MemorySegment.ofArray(new byte[Pages.SIZE]);
        refused(Category.IO, () -> region.read(BAD.getFirst() * Pages.SIZE, target));
        refused(Category.IO, () -> region.read(new long[] {0, BAD.getLast() * Pages.SIZE}, 2, 100, target));
        region.read(0, target);
        assertThat(target.toArray(JAVA_BYTE)).isEqualTo(Pages.text(0));
        Files.delete(control);
        readOnceMore(BAD.getFirst(), target);
    }

    /** A page that a read could not have may count as failed; it needs a repair then. */
    private void readOnceMore(long page, MemorySegment target) throws RemapException {
        region.repair(0, SIZE, Repair.RETRY);
        region.read(page * Pages.SIZE, target);
        assertThat(target.toArray(JAVA_BYTE)).isEqualTo(Pages.text(page));
    }
}
