// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.core.memremap.DeviceTable;
import dev.remap.core.memremap.RegisteredPagemap;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.driver.mm.MigrateVma;
import dev.remap.wire.DeviceAccessCode;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages on their way to devices and back, one step at a time, on a simulated kernel. */
class VmaMigrationTest {
    private static final int SYSTEM = MigrateVma.SYSTEM;
    private static final int LOOKS = 20_000;

    private DeviceMachine devices;
    private Machine machine;
    private Pages pages;
    private Promoter touches;

    @BeforeEach
    void start() throws IOException {
        devices = new DeviceMachine();
        machine = devices.machine;
        pages = new Pages(machine);
        touches = new Promoter(machine.mm, machine.budget, machine.events, machine.failureAction, true);
    }

    @AfterEach
    void accountIsExact() throws IOException {
        machine.drain();
        machine.checkAccounting();
        devices.close();
    }

    private void touch(long page) {
        assertThat(touches.promote(machine.region, page, 1, 1, false)).isEqualTo(1);
    }

    private void expectOnDevice(long page) {
        assertThat(machine.state(page)).isEqualTo(PageWord.ABSENT);
        assertThat(machine.tierOf(page)).isEqualTo(PageWord.TIER_DEVICE);
        assertThat(machine.kernel.isCached(page)).isFalse();
    }

    @Test
    void pagesInEveryPlaceGoToADeviceAndComeBackWithTheirBytes() {
        pages.present(0, 10);
        pages.stored(1, 11);
        pages.clean(2, 12);
        pages.present(3, 7, 7);
        MigrateVma migration = devices.own.migrate(0, 6, SYSTEM);
        for (int i = 0; i < 6; i++) {
            assertThat(migration.reason(i)).as("page " + i).isEqualTo(MigrateReason.MIGRATED);
            assertThat(migration.hasBytes(i)).as("page " + i).isEqualTo(i < 4);
            expectOnDevice(i);
        }
        machine.drain();
        assertThat(devices.own.pagemap().pagesInUse()).isEqualTo(6);
        assertThat(machine.tier.contents()).isEmpty();
        for (int i = 0; i < 6; i++) {
            touch(i);
        }
        assertThat(machine.kernel.value(0)).isEqualTo(10);
        assertThat(machine.kernel.value(1)).isEqualTo(11);
        assertThat(machine.kernel.value(2)).isEqualTo(12);
        assertThat(machine.kernel.value(3)).isEqualTo(7);
        assertThat(machine.kernel.value(4)).isZero();
        devices.checkEmpty();
    }

    @Test
    void aTouchBeforeItIsPublishedKeepsThePage() {
        pages.present(0, 10);
        pages.stored(1, 11);
        MigrateVma migration = devices.own.vma().newMigration(devices);
        assertThat(migration.setup(0, 2, SYSTEM)).isEqualTo(2);
        pages.steal(0);
        touch(1);
        devices.own.copy(migration);
        migration.migratePages();
        assertThat(migration.reason(0)).isEqualTo(MigrateReason.TOUCHED);
        assertThat(migration.reason(1)).isEqualTo(MigrateReason.TOUCHED);
        assertThat(migration.finish()).isZero();
        migration.close();
        assertThat(machine.state(0)).isEqualTo(PageWord.PRESENT);
        devices.checkEmpty();
    }

    @Test
    void nothingIsLockedWhileTheDriverWorks() {
        pages.present(0, 10);
        pages.stored(1, 11);
        try (MigrateVma migration = devices.own.vma().newMigration(devices)) {
            migration.setup(0, 3, SYSTEM);
            assertThat(machine.state(0)).isEqualTo(PageWord.DEMOTING);
            assertThat(machine.state(1)).isEqualTo(PageWord.ABSENT);
            assertThat(machine.state(2)).isEqualTo(PageWord.ABSENT);
        }
        assertThat(machine.state(0)).isEqualTo(PageWord.PRESENT);
        devices.checkEmpty();
    }

    @Test
    void everyPageLeftBehindHasItsReason() {
        machine.region.pin(0);
        pages.present(0, 10);
        pages.failed(1, 11);
        devices.own.migrate(2, 1, SYSTEM);
        devices.coherent.migrate(3, 1, SYSTEM);
        assertThat(machine.region.deviceAccess().trySet(4, 1, DeviceAccessCode.NONE, 16))
                .isTrue();
        MigrateVma migration = devices.own.migrate(0, 6, SYSTEM);
        assertThat(migration.reason(0)).isEqualTo(MigrateReason.PINNED);
        assertThat(migration.reason(1)).isEqualTo(MigrateReason.FAILED_PAGE);
        assertThat(migration.reason(2)).isEqualTo(MigrateReason.NOT_SELECTED);
        assertThat(migration.reason(3)).isEqualTo(MigrateReason.NOT_SELECTED);
        assertThat(migration.reason(4)).isEqualTo(MigrateReason.PROTECTED);
        assertThat(migration.reason(5)).isEqualTo(MigrateReason.MIGRATED);
        MigrateVma others = devices.own.vma().newMigration(new Object());
        others.setup(2, 2, MigrateVma.PRIVATE | MigrateVma.COHERENT);
        assertThat(others.reason(0)).isEqualTo(MigrateReason.FOREIGN_OWNER);
        assertThat(others.reason(1)).isEqualTo(MigrateReason.FOREIGN_OWNER);
        others.close();
        machine.region.unpin(0);
        touch(2);
        touch(5);
    }

    @Test
    void framesThatAreNotFreeAreNoDestination() {
        pages.present(0, 10);
        devices.own.migrate(1, 1, SYSTEM);
        long used = PageWord.location(machine.region.table().get(1));
        long foreign = devices.coherent.pagemap().ranges().getFirst().first();
        for (long pfn : new long[] {used, foreign, 0, -1, 1L << 39}) {
            try (MigrateVma migration = devices.own.vma().newMigration(devices)) {
                migration.setup(0, 1, SYSTEM);
                assertThat(migration.destination(0, pfn)).as("frame " + pfn).isFalse();
                assertThat(migration.reason(0)).isEqualTo(MigrateReason.BAD_DESTINATION);
                migration.migratePages();
            }
            assertThat(machine.state(0)).isEqualTo(PageWord.PRESENT);
        }
        touch(1);
    }

    @Test
    void aDestinationThatIsNotUsedIsGivenBackOnce() {
        pages.present(0, 10);
        long pfn = devices.own.free.poll();
        try (MigrateVma migration = devices.own.vma().newMigration(devices)) {
            migration.setup(0, 1, SYSTEM);
            assertThat(migration.destination(0, pfn)).isTrue();
            assertThat(migration.destination(0, pfn)).isFalse();
            migration.skip(0);
            assertThat(migration.reason(0)).isEqualTo(MigrateReason.SKIPPED);
        }
        devices.checkEmpty();
    }

    @Test
    void lentPagesStayWhereTheyAreOutOfTheBudget() {
        pages.present(0, 10);
        pages.stored(1, 11);
        MigrateVma migration = devices.coherent.migrate(0, 3, SYSTEM);
        for (int i = 0; i < 3; i++) {
            assertThat(migration.reason(i)).isEqualTo(MigrateReason.MIGRATED);
            assertThat(PageWord.isLent(machine.region.table().get(i))).isTrue();
        }
        assertThat(machine.kernel.value(0)).isEqualTo(10);
        assertThat(machine.kernel.value(1)).isEqualTo(11);
        machine.drain();
        assertThat(machine.budget.used()).isZero();
        assertThat(pages.demote(0).kept).containsExactly(0L); // never reclaimed
        pages.write(0, 8, 77);
        assertThat(PageWord.isLent(machine.region.table().get(0))).isTrue();
        Map<MigrateReason, Long> back =
                devices.hmm.evict(devices.coherent.pagemap(), 0, Long.MAX_VALUE, DeviceMachine.SECOND);
        assertThat(back).containsExactly(Map.entry(MigrateReason.MIGRATED, 3L));
        devices.checkEmpty();
    }

    @Test
    void aLentPageMovesOnToPrivateMemoryAndItsFrameIsFree() {
        pages.present(0, 10);
        devices.coherent.migrate(0, 1, SYSTEM);
        MigrateVma migration = devices.own.migrate(0, 1, MigrateVma.COHERENT);
        assertThat(migration.reason(0)).isEqualTo(MigrateReason.MIGRATED);
        machine.drain();
        assertThat(devices.coherent.pagemap().pagesInUse()).isZero();
        expectOnDevice(0);
        MigrateVma back = devices.coherent.migrate(0, 1, MigrateVma.PRIVATE);
        assertThat(back.reason(0)).isEqualTo(MigrateReason.MIGRATED);
        assertThat(machine.kernel.value(0)).isEqualTo(10);
    }

    /** Devices watch the pages that a test moves; answers the list of those they are told about from now on. */
    private List<Long> watch() {
        List<Long> told = new CopyOnWriteArrayList<>();
        devices.own.vma().insertNotifier(0, 16, invalidation -> {
            told.add(invalidation.first());
            invalidation.notifier().setSequence(invalidation.sequence());
        });
        return told;
    }

    /** Its descriptors are unmapped by then; who reports or searches may still have it. */
    @Test
    void aPagemapThatHasBeenGivenUpHasNoFramesInUse() throws DeviceTable.DeviceStateException {
        pages.present(0, 10);
        devices.own.migrate(0, 1, SYSTEM);
        RegisteredPagemap pagemap = devices.own.pagemap();
        assertThat(pagemap.inUse()).hasSize(1);
        long pfn = pagemap.inUse()[0];
        devices.table.unbind(devices.own.device.name(), DeviceMachine.SECOND);
        assertThat(pagemap.inUse()).isEmpty();
        assertThat(pagemap.pageIn(pfn)).isEqualTo(-1);
        assertThat(machine.kernel.value(0)).isEqualTo(10);
    }

    /** Each of them could take its driver a second. */
    @Test
    void noPageIsFetchedBackOnceTimeIsUp() {
        for (long page = 0; page < 3; page++) {
            pages.present(page, 10 + page);
        }
        devices.own.migrate(0, 3, SYSTEM);
        assertThat(devices.hmm.evict(devices.own.pagemap(), 0, Long.MAX_VALUE, 0))
                .containsExactly(Map.entry(MigrateReason.DEADLINE, 3L));
        for (long page = 0; page < 3; page++) {
            expectOnDevice(page);
        }
    }

    /** Its frame is free then, and may be another page's before a device looks again. */
    @Test
    void devicesForgetALentPageThatIsTakenBack() {
        pages.present(3, 10);
        devices.coherent.migrate(3, 1, SYSTEM);
        List<Long> told = watch();
        devices.hmm.evict(devices.coherent.pagemap(), 0, Long.MAX_VALUE, DeviceMachine.SECOND);
        assertThat(told).containsExactly(3L);
        assertThat(PageWord.isLent(machine.region.table().get(3))).isFalse();
    }

    @Test
    void aDeviceForgetsAPageThatItHasLost() {
        pages.present(3, 10);
        devices.own.migrate(3, 1, SYSTEM);
        List<Long> told = watch();
        assertThat(devices.hmm.fail(devices.own.pagemap(), 0, Long.MAX_VALUE, ErrorCode.CORRUPT, "broken"))
                .isEqualTo(1);
        assertThat(told).containsExactly(3L);
        machine.drain();
        assertThat(devices.own.pagemap().pagesInUse()).isZero();
    }

    @Test
    void devicesForgetAPageThatMovesFromOneDevicesFrameToAnother() {
        pages.present(3, 10);
        devices.own.migrate(3, 1, SYSTEM);
        List<Long> told = watch();
        MigrateVma migration = devices.own.migrate(3, 1, MigrateVma.PRIVATE);
        assertThat(migration.reason(0)).isEqualTo(MigrateReason.MIGRATED);
        assertThat(told).containsExactly(3L, 3L); // while it is read, and as it moves
        expectOnDevice(3);
    }

    @Test
    void devicesForgetAPageThatLeavesPrivateMemoryToBeLent() {
        pages.present(3, 10);
        devices.own.migrate(3, 1, SYSTEM);
        List<Long> told = watch();
        MigrateVma migration = devices.coherent.migrate(3, 1, MigrateVma.PRIVATE);
        assertThat(migration.reason(0)).isEqualTo(MigrateReason.MIGRATED);
        assertThat(told).containsExactly(3L, 3L);
        assertThat(PageWord.isLent(machine.region.table().get(3))).isTrue();
        assertThat(machine.kernel.value(3)).isEqualTo(10);
    }

    @Test
    void exclusiveAccessTakesThePageAwayAndATouchTakesItBack() {
        pages.present(0, 10);
        long[] pfns = new long[2];
        assertThat(devices.own.vma().makeExclusive(0, pfns, devices)).isEqualTo(2);
        assertThat(machine.kernel.isCached(0)).isFalse();
        long[] again = new long[1];
        assertThat(devices.own.vma().makeExclusive(0, again, devices)).isZero();
        assertThat(again[0]).isEqualTo(-1);
        touch(0);
        assertThat(machine.kernel.value(0)).isEqualTo(10);
        assertThat(devices.own.vma().releaseExclusive(0, 2, devices, DeviceMachine.SECOND))
                .isEqualTo(1);
        machine.drain();
        assertThat(machine.budget.tierPages()).isLessThanOrEqualTo(2); // given back by the hook thread, soon
    }

    @Test
    void whatAKernelWouldNotPunchStaysAndTheFrameIsGivenBack() {
        pages.present(0, 10);
        machine.kernel.refuse("punch", () -> -5);
        MigrateVma migration = devices.own.migrate(0, 1, SYSTEM);
        machine.kernel.refuse("punch", () -> 0);
        assertThat(migration.reason(0)).isEqualTo(MigrateReason.BUSY);
        assertThat(machine.kernel.value(0)).isEqualTo(10);
        assertThat(machine.state(0)).isEqualTo(PageWord.PRESENT);
        devices.checkEmpty();
    }

    @Test
    void aRegionThatIsClosedInTheMiddleIsNotLookedAtAgain() {
        pages.present(0, 10);
        try (MigrateVma migration = devices.own.vma().newMigration(devices)) {
            migration.setup(0, 1, SYSTEM);
            devices.own.copy(migration);
            machine.region.startClosing();
            migration.migratePages();
            assertThat(migration.reason(0)).isEqualTo(MigrateReason.CLOSING);
        }
        assertThat(machine.region.isInUse()).isFalse();
        machine.region.table().revertDemote(0, machine.region.table().get(0));
        devices.checkEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1024, 1023, Long.MAX_VALUE})
    void rangesThatAreNotThereAreRefused(long first) {
        try (MigrateVma migration = devices.own.vma().newMigration(devices)) {
            assertThatThrownBy(() -> migration.setup(first, 2, SYSTEM)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> migration.setup(0, 65, SYSTEM)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> migration.setup(0, 0, SYSTEM)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void framesThatAreTakenAndFreedMeanwhileAreFailedAndWrittenBackWithoutHarm() throws Exception {
        RegisteredPagemap pagemap = devices.own.pagemap();
        long first = pagemap.ranges().getFirst().first();
        pages.present(0, 10); // its word names none of the frames: it is none of theirs
        machine.region.shadow(true);
        AtomicBoolean ended = new AtomicBoolean();
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<?> comingAndGoing = other.submit(() -> {
                while (!ended.get()) {
                    if (pagemap.tryTake(first, machine.region.pageId(0))) {
                        pagemap.put(first);
                    }
                }
            });
            try {
                for (int look = 0; look < LOOKS; look++) {
                    assertThat(devices.hmm.fail(pagemap, first, 1, ErrorCode.DEVICE_LOST, "test"))
                            .isZero();
                    assertThat(devices.hmm.writeBack(pagemap, first, 1)).isTrue();
                }
            } finally {
                ended.set(true);
            }
            comingAndGoing.get();
        }
        assertThat(machine.state(0)).isEqualTo(PageWord.PRESENT);
        devices.checkEmpty();
    }
}
