// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.core.memremap.DeviceTable.DeviceStateException;
import dev.remap.core.memremap.DeviceTable.DeviceStateException.Why;
import dev.remap.core.page.RegionTable;
import dev.remap.driver.Device;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.driver.mm.Pagemap;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.PfnRange;
import dev.remap.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long PAGES = 512;

    private final Memmap memmap = new Memmap(new RegionTable());
    private final List<String> log = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> freed = new ConcurrentLinkedQueue<>();
    private boolean pagesCanMove = true;

    /** No region: a page is in a frame when a test says so, and leaves it when it is evicted or failed. */
    private final class Services implements DeviceServices {
        @Override
        public Map<MigrateReason, Long> evict(RegisteredPagemap pagemap, long firstPfn, long count, long timeoutNs) {
            if (pagesCanMove) {
                empty(pagemap);
            }
            return Map.of();
        }

        @Override
        public long fail(RegisteredPagemap pagemap, long firstPfn, long count, ErrorCode cause, String why) {
            log.add("failed");
            return empty(pagemap);
        }

        private long empty(RegisteredPagemap pagemap) {
            long[] frames = pagemap.inUse();
            for (long pfn : frames) {
                pagemap.put(pfn);
            }
            return frames.length;
        }

        @Override
        public boolean writeBack(RegisteredPagemap pagemap, long firstPfn, long count) {
            return true;
        }

        @Override
        public void freeShadow(long pageId, long copy) {}

        @Override
        public void hurry() {}

        @Override
        public void forget(BoundDevice device) {
            log.add("forgot " + device.name());
        }

        @Override
        public List<String> holders(BoundDevice device) {
            return List.of();
        }
    }

    private DeviceTable table(TestDriver... drivers) {
        memmap.services(new Services());
        return new DeviceTable(List.of(drivers), memmap, _ -> new NothingKept());
    }

    private DevicePagemap.Builder description(PagemapType type, long pages) {
        return DevicePagemap.of(type, PfnRange.anywhere(pages))
                .owner(this)
                .migrateToRam(_ -> {})
                .pageFree(freed::add);
    }

    private TestDriver withPagemap(long pages) {
        return new TestDriver("mem", device -> {
            device.devres().addActionOrReset("memory", () -> log.add("memory of " + device.name()));
            Pagemap pagemap =
                    device.memremapPages(description(PagemapType.PRIVATE, pages).build());
            assertThat(pagemap.isLive()).isTrue();
        });
    }

    @Test
    void bindsAndUnbindsLastFirst() throws Exception {
        TestDriver driver = withPagemap(PAGES);
        DeviceTable table = table(driver);
        BoundDevice device = table.bind("mem0", "mem", "opt");
        assertThat(device.options()).isEqualTo("opt");
        assertThat(memmap.pagemaps()).hasSize(1);
        RegisteredPagemap pagemap = memmap.pagemaps()[0];
        assertThat(pagemap.references()).isEqualTo(1);
        table.unbind("mem0", SECOND);
        assertThat(driver.removed).containsExactly("mem0");
        assertThat(log).containsExactly("forgot mem0", "memory of mem0");
        assertThat(memmap.pagemaps()).isEmpty();
        assertThat(memmap.resources().all()).isEmpty();
        assertThat(table.get("mem0")).isNull();
    }

    @Test
    void pagesAreEvictedBeforeTheirMemoryGoesAndTheDriverGetsEachFrameBackOnce() throws Exception {
        DeviceTable table = table(withPagemap(PAGES));
        table.bind("mem0", "mem", "");
        RegisteredPagemap pagemap = memmap.pagemaps()[0];
        long first = pagemap.ranges().getFirst().first();
        assertThat(pagemap.tryTake(first, 7)).isTrue();
        assertThat(pagemap.tryTake(first, 8)).isFalse();
        assertThat(pagemap.tryTake(first + 300, 9)).isTrue();
        assertThat(pagemap.pagesInUse()).isEqualTo(2);
        assertThat(pagemap.inUse()).containsExactly(first, first + 300);
        table.unbind("mem0", SECOND);
        assertThat(freed).containsExactlyInAnyOrder(first, first + 300);
        assertThat(log).containsExactly("forgot mem0", "memory of mem0");
    }

    /** Linux waits for ever for a reference that nobody drops. */
    @Test
    void whatDoesNotMoveInTimeIsFailedAndNamed() throws Exception {
        DeviceTable table = table(withPagemap(PAGES));
        table.bind("mem0", "mem", "");
        RegisteredPagemap pagemap = memmap.pagemaps()[0];
        pagemap.tryTake(pagemap.ranges().getFirst().first(), 7);
        pagesCanMove = false;
        assertThatThrownBy(() -> table.unbind("mem0", SECOND / 20))
                .isInstanceOfSatisfying(
                        DeviceStateException.class, e -> assertThat(e.why()).isEqualTo(Why.DEADLINE))
                .hasMessageContaining("1 pages");
        assertThat(log).containsExactly("failed", "forgot mem0", "memory of mem0");
        assertThat(memmap.resources().all()).isEmpty();
        pagesCanMove = true;
        table.bind("mem0", "mem", ""); // at once
        table.unbind("mem0", SECOND);
    }

    @Test
    void nothingIsHandedOutOnceKilledAndKillingTwiceIsHarmless() throws Exception {
        DeviceTable table = table(withPagemap(PAGES));
        table.bind("mem0", "mem", "");
        RegisteredPagemap pagemap = memmap.pagemaps()[0];
        long pfn = pagemap.ranges().getFirst().first();
        assertThat(pagemap.tryTake(pfn, 1)).isTrue();
        assertThat(pagemap.kill()).isTrue();
        assertThat(pagemap.kill()).isFalse();
        assertThat(pagemap.isLive()).isFalse();
        assertThat(pagemap.tryTake(pfn + 1, 2)).isFalse();
        assertThat(pagemap.hasDrained()).isFalse();
        pagemap.put(pfn);
        assertThat(pagemap.hasDrained()).isTrue();
        assertThatThrownBy(() -> pagemap.put(pfn)).isInstanceOf(IllegalStateException.class);
        table.unbind("mem0", SECOND);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aProbeThatFailsAtAnyStepLeavesNothing(int failingStep) throws Exception {
        TestDriver driver = new TestDriver("mem", device -> {
            for (int step = 0; step < 4; step++) {
                if (step == failingStep) {
                    throw new IOException("step " + step);
                }
                int number = step;
                device.devres().addActionOrReset("step", () -> log.add("undo " + number));
                device.memremapPages(description(PagemapType.PRIVATE, PAGES).build());
            }
        });
        DeviceTable table = table(driver);
        assertThatThrownBy(() -> table.bind("mem0", "mem", "")).hasMessage("step " + failingStep);
        assertThat(log).hasSize(failingStep);
        assertThat(driver.removed).isEmpty();
        assertThat(memmap.resources().all()).isEmpty();
        assertThat(memmap.pagemaps()).isEmpty();
        assertThat(table.all()).isEmpty();
    }

    @Test
    void consumersAreUnboundBeforeSuppliersAndCirclesRefused() throws Exception {
        TestDriver driver = new TestDriver("link", device -> {
            if (!device.options().isEmpty()) {
                device.dependOn(device.options());
            }
            device.devres().addActionOrReset("self", () -> log.add(device.name()));
        });
        DeviceTable table = table(driver);
        table.bind("a", "link", "");
        table.bind("b", "link", "a");
        table.bind("c", "link", "b");
        assertThatThrownBy(() -> table.bind("d", "link", "nobody")).hasMessageContaining("nobody");
        assertThatThrownBy(() -> table.bind("e", "link", "e")).isInstanceOf(IOException.class);
        assertThat(table.entries().getFirst().holders()).contains("device b depends on it");
        table.unbind("a", SECOND);
        assertThat(driver.removed).containsExactly("c", "b", "a");
        assertThat(table.all()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = PagemapType.class,
            names = {"FS_DAX", "GENERIC", "PCI_P2PDMA"})
    void typesWithoutAConsumerAreRefusedByName(PagemapType type) {
        refused(description(type, PAGES).build(), type.name());
    }

    @Test
    void whatATypeNeedsIsAskedForWhenItIsRegistered() {
        refused(DevicePagemap.of(PagemapType.PRIVATE, PfnRange.anywhere(PAGES)).build(), "migrateToRam", "pageFree");
        refused(DevicePagemap.of(PagemapType.COHERENT, PfnRange.anywhere(PAGES)).build(), "pageFree", "owner");
        refused(DevicePagemap.of(PagemapType.PRIVATE).owner(this).build(), "at least one range");
        refused(description(PagemapType.PRIVATE, 511).build(), "2 MiB");
        refused(description(PagemapType.PRIVATE, 0).build(), "2 MiB");
        refused(description(PagemapType.COHERENT, PAGES).survivesManager(true).build(), "survivesManager");
    }

    private void refused(DevicePagemap pagemap, String... words) {
        DeviceTable table = table(new TestDriver("mem", device -> device.memremapPages(pagemap)));
        assertThatThrownBy(() -> table.bind("mem0", "mem", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words)
                .hasMessageContaining("mem0");
        assertThat(memmap.resources().all()).isEmpty();
    }

    @Test
    void aRangeThatOverlapsLeavesTheOthersOfItsPagemapUnclaimed() throws Exception {
        DeviceTable table = table(withPagemap(PAGES), new TestDriver("over", device -> {
            PfnRange taken = memmap.pagemaps()[0].ranges().getFirst();
            device.memremapPages(new DevicePagemap(
                    PagemapType.PRIVATE,
                    List.of(new PfnRange(0, PAGES), new PfnRange(taken.first() - PAGES, 2 * PAGES)),
                    this,
                    false,
                    _ -> {},
                    _ -> {},
                    null));
        }));
        table.bind("mem0", "mem", "");
        assertThatThrownBy(() -> table.bind("over0", "over", ""))
                .hasMessageContaining("over0")
                .hasMessageContaining("mem0");
        assertThat(memmap.resources().all()).hasSize(1);
    }

    @Test
    void registeringIsForProbesOnly() throws Exception {
        List<Device> kept = new ArrayList<>();
        DeviceTable table = table(new TestDriver("d", kept::add));
        table.bind("d0", "d", "");
        Device device = kept.getFirst();
        assertThatThrownBy(() -> device.memremapPages(
                        description(PagemapType.PRIVATE, PAGES).build()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> device.provideCommands(_ -> 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> device.dependOn("x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void namesAreUniqueAndUnknownOnesAnsweredWithWhatThereIs() throws Exception {
        DeviceTable table = table(new TestDriver("d", _ -> {}));
        table.bind("d0", "d", "");
        assertThatThrownBy(() -> table.bind("d0", "d", ""))
                .isInstanceOfSatisfying(
                        DeviceStateException.class, e -> assertThat(e.why()).isEqualTo(Why.EXISTS));
        assertThatThrownBy(() -> table.bind("x0", "x", ""))
                .isInstanceOfSatisfying(
                        DeviceStateException.class, e -> assertThat(e.why()).isEqualTo(Why.NOT_FOUND))
                .hasMessageContaining("installed: d");
        assertThatThrownBy(() -> table.unbind("x0", SECOND)).isInstanceOf(DeviceStateException.class);
    }

    @Test
    void aTebibyteRegistersLazily() throws Exception {
        DeviceTable table = table(withPagemap(1L << 28));
        long before = rssPages();
        table.bind("mem0", "mem", "");
        RegisteredPagemap pagemap = memmap.pagemaps()[0];
        assertThat(pagemap.pages()).isEqualTo(1L << 28);
        long last = pagemap.ranges().getFirst().end() - 1;
        assertThat(pagemap.tryTake(last, 1)).isTrue();
        assertThat(pagemap.inUse()).containsExactly(last);
        assertThat(rssPages() - before).isLessThan(16 << 8); // 16 MiB, of which none is for descriptors but one page
        table.unbind("mem0", SECOND);
    }

    private static long rssPages() throws IOException {
        String statm = Files.readString(Path.of("/proc/self/statm"));
        return Long.parseLong(statm.split(" ")[1]);
    }

    @Test
    void aHookThatThrowsOrTakesTooLongIsReportedAndTheDeviceGivenUp() throws Exception {
        DeviceTable table = table(withPagemap(PAGES));
        BoundDevice device = table.bind("mem0", "mem", "");
        device.call("invalidate", SECOND, () -> log.add("called"));
        assertThat(device.isGivenUp()).isFalse();
        device.call("invalidate", SECOND / 100, () -> sleep(300));
        assertThat(device.isGivenUp()).isTrue();
        device.call("invalidate", SECOND, () -> log.add("not called"));
        assertThat(log).containsExactly("called", "forgot mem0");
        assertThat(device.describeState()).contains("given up", "has not returned for 10 ms");
        assertThat(memmap.pagemaps()[0].isLive()).isFalse();
        table.unbind("mem0", SECOND);
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aThousandDevicesLeaveNoThreadAndNoDescriptorBehind() throws Exception {
        DeviceTable table = table(withPagemap(PAGES));
        table.bind("warm", "mem", "");
        table.unbind("warm", SECOND);
        long threads = Thread.getAllStackTraces().size();
        long descriptors = descriptors();
        for (int i = 0; i < 1000; i++) {
            table.bind("mem0", "mem", "");
            RegisteredPagemap pagemap = memmap.pagemaps()[0];
            pagemap.tryTake(pagemap.ranges().getFirst().first(), i);
            table.unbind("mem0", SECOND);
        }
        assertThat(freed).hasSize(1000);
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 2);
        assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo((int) threads + 2);
    }

    private static long descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
