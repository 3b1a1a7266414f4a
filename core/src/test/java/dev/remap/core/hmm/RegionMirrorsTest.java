// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.core.migrate.Promoter;
import dev.remap.core.sim.Pages;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.driver.mm.IntervalNotifier.Event;
import dev.remap.driver.mm.IntervalNotifier.Invalidation;
import dev.remap.driver.mm.MigrateVma;
import dev.remap.driver.mm.RangeFault;
import dev.remap.driver.mm.RangeFault.Result;
import dev.remap.wire.DeviceAccessCode;
import dev.remap.wire.PageWord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What devices are told, and what they see. */
class RegionMirrorsTest {
    private DeviceMachine devices;
    private Pages pages;
    private final List<Invalidation> told = Collections.synchronizedList(new ArrayList<>());
    private IntervalNotifier notifier;

    @BeforeEach
    void start() throws IOException {
        devices = new DeviceMachine();
        pages = new Pages(devices.machine);
        notifier = devices.own.vma().insertNotifier(0, 16, this::invalidate);
    }

    @AfterEach
    void end() throws IOException {
        devices.machine.drain();
        devices.machine.checkAccounting();
        devices.close();
    }

    private void invalidate(Invalidation invalidation) {
        invalidation.notifier().setSequence(invalidation.sequence());
        told.add(invalidation);
    }

    private RangeFault fault(long first, int count, long flags) {
        RangeFault range = new RangeFault(notifier);
        range.first = first;
        range.pfns = new long[count];
        range.defaultFlags = flags;
        range.sequence = notifier.readBegin(DeviceMachine.SECOND);
        return range;
    }

    @Test
    void aSnapshotSaysWhatIsThereAndChangesNothing() {
        pages.present(0, 10);
        pages.clean(1, 11);
        pages.stored(2, 12);
        devices.own.migrate(4, 1, MigrateVma.SYSTEM);
        devices.coherent.migrate(5, 1, MigrateVma.SYSTEM);
        RangeFault range = fault(0, 6, 0);
        range.owner = devices;
        assertThat(devices.own.vma().rangeFault(range)).isEqualTo(Result.DONE);
        assertThat(range.pfns[0]).isEqualTo(RangeFault.VALID | RangeFault.WRITE | pfn(0));
        assertThat(range.pfns[1]).isEqualTo(RangeFault.VALID | pfn(1));
        assertThat(range.pfns[2]).isZero();
        assertThat(range.pfns[3]).isZero();
        assertThat(RangeFault.pfn(range.pfns[4])).isEqualTo(location(4));
        assertThat(range.pfns[4] & RangeFault.VALID).isNotZero();
        assertThat(RangeFault.pfn(range.pfns[5])).isEqualTo(location(5));
        assertThat(devices.machine.state(1)).isEqualTo(PageWord.CLEAN);
        assertThat(devices.machine.state(2)).isEqualTo(PageWord.ABSENT);
        range.owner = null;
        range.pfns = new long[6];
        assertThat(devices.own.vma().rangeFault(range)).isEqualTo(Result.DONE);
        assertThat(range.pfns[4]).isZero();
        devices.own.vma().migrateToSystem(0, 16, devices, DeviceMachine.SECOND);
    }

    private long pfn(long page) {
        return devices.memmap.pfn(devices.machine.region, page);
    }

    private long location(long page) {
        return PageWord.location(devices.machine.region.table().get(page));
    }

    @Test
    void aFaultBringsInAndAWriteMakesDirty() {
        pages.clean(0, 10);
        pages.stored(1, 11);
        RangeFault range = fault(0, 3, RangeFault.REQ_FAULT | RangeFault.REQ_WRITE);
        assertThat(devices.own.vma().rangeFault(range)).isEqualTo(Result.DONE);
        for (int i = 0; i < 3; i++) {
            assertThat(range.pfns[i]).isEqualTo(RangeFault.VALID | RangeFault.WRITE | pfn(i));
            assertThat(devices.machine.state(i)).isEqualTo(PageWord.PRESENT);
        }
        devices.machine.drain();
        assertThat(devices.machine.tier.contents()).isEmpty();
    }

    @Test
    void onlyMaskedFlagsOfAPageCountAsRequests() {
        pages.stored(0, 10);
        pages.stored(1, 11);
        RangeFault range = fault(0, 2, 0);
        range.pfns[1] = RangeFault.REQ_FAULT | RangeFault.REQ_WRITE;
        range.flagsMask = RangeFault.REQ_FAULT;
        assertThat(devices.own.vma().rangeFault(range)).isEqualTo(Result.DONE);
        assertThat(range.pfns[0]).isZero();
        assertThat(range.pfns[1] & RangeFault.VALID).isNotZero();
        assertThat(devices.machine.state(0)).isEqualTo(PageWord.ABSENT);
    }

    @Test
    void whatDevicesMayNotDoIsRefused() {
        pages.present(0, 10);
        pages.failed(3, 13);
        told.clear();
        devices.hmm.protect(devices.machine.region, 0, 1, DeviceAccessCode.NONE);
        devices.hmm.protect(devices.machine.region, 1, 1, DeviceAccessCode.READ);
        assertThat(told).extracting(Invalidation::event).containsExactly(Event.PROTECTION, Event.PROTECTION);
        assertThat(devices.own.vma().rangeFault(fault(0, 1, RangeFault.REQ_FAULT)))
                .isEqualTo(Result.FAULT);
        assertThat(devices.own.vma().rangeFault(fault(1, 1, RangeFault.REQ_FAULT | RangeFault.REQ_WRITE)))
                .isEqualTo(Result.PERMISSION);
        RangeFault read = fault(1, 1, RangeFault.REQ_FAULT);
        assertThat(devices.own.vma().rangeFault(read)).isEqualTo(Result.DONE);
        assertThat(read.pfns[0]).isEqualTo(RangeFault.VALID | pfn(1));
        assertThat(devices.own.vma().rangeFault(fault(3, 1, RangeFault.REQ_FAULT)))
                .isEqualTo(Result.FAILED);
        RangeFault snapshot = fault(0, 4, 0);
        assertThat(devices.own.vma().rangeFault(snapshot)).isEqualTo(Result.DONE);
        assertThat(snapshot.pfns[0]).isEqualTo(RangeFault.ERROR);
        assertThat(snapshot.pfns[3]).isEqualTo(RangeFault.ERROR);
    }

    @Test
    void evictionIsToldBeforeThePageLeavesAndTheCollectorRetries() {
        pages.present(0, 10);
        RangeFault range = fault(0, 1, RangeFault.REQ_FAULT);
        assertThat(devices.own.vma().rangeFault(range)).isEqualTo(Result.DONE);
        assertThat(notifier.readRetry(range.sequence)).isFalse();
        pages.demote(0);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().event()).isEqualTo(Event.CLEAR);
        assertThat(told.getFirst().first()).isZero();
        assertThat(told.getFirst().pages()).isEqualTo(1);
        assertThat(notifier.readRetry(range.sequence)).isTrue();
        assertThat(notifier.checkRetry(range.sequence)).isTrue();
        assertThat(devices.own.vma().rangeFault(range)).isEqualTo(Result.BUSY);
    }

    @Test
    void whoDoesNotWatchThePageIsNotTold() {
        pages.present(20, 10);
        pages.demote(20);
        assertThat(told).isEmpty();
    }

    @Test
    void migrationsNameTheirOwnerAndTouchesNobody() {
        pages.present(0, 10);
        devices.own.migrate(0, 1, MigrateVma.SYSTEM);
        assertThat(told).extracting(Invalidation::event).containsExactly(Event.MIGRATE);
        assertThat(told.getFirst().owner()).isSameAs(devices);
        new Promoter(
                        devices.machine.mm,
                        devices.machine.budget,
                        devices.machine.events,
                        devices.machine.failureAction,
                        true)
                .promote(devices.machine.region, 0, 1, 1, false);
        assertThat(told).hasSize(2);
        assertThat(told.getLast().event()).isEqualTo(Event.MIGRATE);
        assertThat(told.getLast().owner()).isNull();
    }

    @Test
    void exclusiveAccessIsAnnouncedAndRevoked() {
        pages.present(0, 10);
        devices.own.vma().makeExclusive(0, new long[1], devices);
        devices.own.vma().releaseExclusive(0, 1, devices, DeviceMachine.SECOND);
        assertThat(told).extracting(Invalidation::event).containsExactly(Event.EXCLUSIVE, Event.EXCLUSIVE);
        assertThat(told.getFirst().owner()).isSameAs(devices);
        assertThat(told.getLast().owner()).isNull();
    }

    @Test
    void aNotifierThatIsInsertedDuringAnInvalidationBeginsAsInvalidated() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        devices.own.vma().insertNotifier(30, 1, invalidation -> {
            invalidation.notifier().setSequence(invalidation.sequence());
            inside.countDown();
            await(goOn);
        });
        Thread other = new Thread(() -> devices.machine.region.mirrors().invalidate(Event.CLEAR, 30, 1, null));
        other.start();
        await(inside);
        IntervalNotifier late = devices.own.vma().insertNotifier(40, 1, this::invalidate);
        assertThat(late.readBegin(1_000_000)).isEqualTo(-1);
        goOn.countDown();
        other.join();
        assertThat(late.readBegin(DeviceMachine.SECOND)).isPositive();
        late.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCallbackThatForgetsTheSequenceIsADriversBugAndEndsItsDevice() {
        devices.own.vma().insertNotifier(50, 1, told::add);
        devices.machine.region.mirrors().invalidate(Event.CLEAR, 50, 1, null);
        assertThat(devices.own.device.isGivenUp()).isTrue();
        assertThat(devices.machine.region.mirrors().isEmpty()).isTrue();
    }

    @Test
    void nothingIsToldAfterCloseAndRangesAreChecked() {
        notifier.close();
        assertThat(devices.machine.region.mirrors().isEmpty()).isTrue();
        assertThatThrownBy(() -> devices.own.vma().insertNotifier(0, 0, this::invalidate))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> devices.own.vma().insertNotifier(1020, 5, this::invalidate))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> devices.own.vma().rangeFault(fault(15, 2, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRegionThatIsClosedSaysSoLast() {
        devices.machine.region.mirrors().close();
        assertThat(told).extracting(Invalidation::event).containsExactly(Event.RELEASE);
        assertThatThrownBy(() -> devices.own.vma().insertNotifier(0, 1, this::invalidate))
                .isInstanceOf(IllegalStateException.class);
    }
}
