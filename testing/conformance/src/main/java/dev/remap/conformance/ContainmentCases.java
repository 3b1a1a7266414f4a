// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static dev.remap.conformance.Failure.equal;
import static dev.remap.conformance.Failure.holds;
import static dev.remap.conformance.Failure.refused;
import static dev.remap.conformance.Failure.said;

import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.dmirror.protocol.ReasonCode;
import dev.remap.driver.mm.MigrateVma;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What Linux's facility is weak at, one test a weakness, and what goes wrong in a driver. */
final class ContainmentCases {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long HANG_MS = 3_000;
    private static final long MIB = 1L << 20;

    private ContainmentCases() {}

    static List<Case> all() {
        return List.of(
                Case.of("evictionSaysWhatBecameOfEachPage", "weakness 2: silent skips", ContainmentCases::eviction)
                        .needs(DmirrorProtocol.RELEASE),
                Case.of("everyPageLeftBehindHasAReason", "weakness 3: skips unexplained", ContainmentCases::reasons)
                        .needs(DmirrorProtocol.FAIL_COPIES),
                Case.of("aPatternEarnsManyPagesAFault", "weakness 4: a page a fault", ContainmentCases::faultAround),
                Case.of("touchesOfOnePageByManyThreadsEnd", "weakness 5: livelock", ContainmentCases::crowd),
                Case.of(
                        "moreThanDramComesBackThroughReclaim",
                        "weakness 6: eviction in faults",
                        ContainmentCases::oversubscribed),
                Case.of(
                        "anOverlapAnywhereIsRefusedByNames",
                        "weakness 7: only ends checked",
                        ContainmentCases::overlap),
                Case.of(
                                "aHookThatHangsHarmsItsDeviceOnly",
                                "weakness 8: hooks without limit",
                                ContainmentCases::hangingInvalidate)
                        .needs(DmirrorProtocol.HOOK_HANGS)
                        .takesSeconds(),
                Case.of(
                                "aSlowDeviceFailsTouchesInTime",
                                "weakness 8: hooks without limit",
                                ContainmentCases::hangingFault)
                        .needs(DmirrorProtocol.HOOK_HANGS)
                        .takesSeconds(),
                Case.of("pinnedMeansInDram", "weakness 11: no way to say must not migrate", ContainmentCases::pinned),
                Case.of("devicesSayWhoHoldsThem", "weakness 12: counts unseen", ContainmentCases::listed),
                Case.of("failedCopiesLeavePagesWhereTheyAre", "-", ContainmentCases::failedCopies)
                        .needs(DmirrorProtocol.FAIL_COPIES),
                Case.of("failedAllocationsLeavePages", "-", ContainmentCases::failedAllocations)
                        .needs(DmirrorProtocol.FAIL_ALLOCATIONS),
                Case.of("aPageFreeThatThrowsIsContained", "-", ContainmentCases::throwingFree)
                        .needs(DmirrorProtocol.HOOK_THROWS),
                Case.of("anInvalidateThatThrowsIsContained", "-", ContainmentCases::throwingInvalidate)
                        .needs(DmirrorProtocol.HOOK_THROWS),
                Case.of("brokenMemoryFailsItsPagesOnly", "memory_failure", ContainmentCases::brokenMemory)
                        .needs(DmirrorProtocol.BREAK_MEMORY),
                Case.of("restoredMemoryFailsNothing", "memory_failure", ContainmentCases::restoredMemory)
                        .needs(DmirrorProtocol.BREAK_MEMORY));
    }

    private static void eviction(Lab lab) throws Exception {
        Region region = lab.filled(256, 70);
        DeviceClient device = lab.device();
        device.toDevice(region, 0, 256);
        device.toSystem(region, 0, 56);
        List<Long> ends = device.release();
        equal(
                "pages with an end",
                200L,
                ends.stream().mapToLong(Long::longValue).sum());
        equal("pages brought back", 200L, ends.get(ReasonCode.of("MIGRATED")));
        equal(
                "pages the second time",
                0L,
                device.release().stream().mapToLong(Long::longValue).sum());
    }

    private static void reasons(Lab lab) throws Exception {
        Region region = lab.filled(64, 71);
        DeviceClient device = lab.device();
        DeviceClient other = lab.bind("");
        other.toDevice(region, 0, 8);
        region.protect(8 * 4096, 8 * 4096, dev.remap.DeviceAccess.NONE);
        try (Pin pin = region.pin(16 * 4096, 8 * 4096, PATIENCE)) {
            device.inject(DmirrorProtocol.FAIL_COPIES, 2);
            List<String> reasons =
                    device.reasons(region, 0, 64, MigrateVma.SYSTEM | MigrateVma.PRIVATE | MigrateVma.COHERENT);
            holds("a pin", pin.segment().byteSize() > 0);
            equal("another's pages", Collections.nCopies(8, "FOREIGN_OWNER"), reasons.subList(0, 8));
            equal("hidden pages", Collections.nCopies(8, "PROTECTED"), reasons.subList(8, 16));
            equal("pinned pages", Collections.nCopies(8, "PINNED"), reasons.subList(16, 24));
            equal("pages whose copy failed", 2, Collections.frequency(reasons, "SKIPPED"));
            equal("pages without a reason", 0, Collections.frequency(reasons, "PENDING"));
            equal("pages migrated", 38, Collections.frequency(reasons, "MIGRATED"));
        }
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 71));
    }

    private static void faultAround(Lab lab) throws Exception {
        if (!lab.isPrivate()) {
            throw new Skip("touches of COHERENT pages are not faults");
        }
        long pages = 2048;
        Region region = lab.filled(pages, 72);
        lab.device().toDevice(region, 0, pages);
        long began = region.stats().touchFaults();
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, pages, 0, 72));
        long took = region.stats().touchFaults() - began;
        holds(pages + " pages came back by " + took + " faults", took < pages / 4);
    }

    private static void crowd(Lab lab) throws Exception {
        Region region = lab.filled(64, 73);
        for (int round = 0; round < 20; round++) {
            lab.device().toDevice(region, 0, 64);
            try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                List<Callable<Long>> touches =
                        Collections.nCopies(8, () -> Content.wrong(region.segment(), 0, 64, 0, 73));
                for (Future<Long> wrong : threads.invokeAll(touches)) {
                    equal("wrong pages", 0L, wrong.get());
                }
            }
        }
    }

    private static void oversubscribed(Lab lab) throws Exception {
        lab.open(RemapConfig.defaults().dramBytes(8 * MIB));
        long pages = 4096;
        Region region = lab.region(RegionSpec.ofSize(pages * 4096).tiers("zram", "file"));
        DeviceClient device = lab.device();
        for (long first = 0; first < pages; first += 512) {
            Content.fill(region.segment(), first, 512, first, 74);
            device.toDevice(region, first, 512);
        }
        for (int round = 0; round < 2; round++) {
            equal("wrong pages", 0L, Content.wrong(region.segment(), 0, pages, 0, 74));
            device.toDevice(region, 0, pages);
        }
        device.toSystem(region, 0, pages);
        Lab.awaitInUse(device, 0);
        equal("wrong pages after all are back", 0L, Content.wrong(region.segment(), 0, pages, 0, 74));
        equal("failed pages", 0, region.failures().size());
    }

    private static void overlap(Lab lab) throws Exception {
        String inner = lab.nextName();
        long at = 1L << 35;
        dev.remap.Device device = lab.bindRaw(inner, "pages=512,at=" + (at + 1024));
        for (String place :
                List.of("pages=4096,at=" + at, "pages=512,at=" + (at + 1024), "pages=1024,at=" + (at + 512))) {
            String name = lab.nextName();
            RemapException refusal = refused(
                    place, List.of(Category.IO, Category.INVALID, Category.EXISTS), () -> lab.bindRaw(name, place));
            holds(
                    "the message names " + inner + ": " + said(refusal),
                    said(refusal).contains(inner));
            holds(
                    "the message names " + name + ": " + said(refusal),
                    said(refusal).contains(name));
        }
        refused(
                "a place that is not aligned",
                List.of(Category.IO, Category.INVALID),
                () -> lab.bindRaw(lab.nextName(), "pages=512,at=" + (at + 1)));
        device.unbind(PATIENCE);
        lab.bindRaw(lab.nextName(), "pages=4096,at=" + at).unbind(PATIENCE);
    }

    private static void hangingInvalidate(Lab lab) throws Exception {
        lab.open(RemapConfig.defaults().dramBytes(Lab.DRAM_BYTES));
        Region region = lab.filled(128, 75);
        Region other = lab.filled(128, 76);
        DeviceClient good = lab.bind("");
        DeviceClient bad = new DeviceClient(lab.bindRaw(lab.nextName(), ""));
        bad.read(region, 0, 64, lab.buffer(64));
        good.toDevice(other, 0, 64);
        long late = DmirrorProtocol.hookArgument(DmirrorProtocol.HOOK_INVALIDATE, HANG_MS);
        bad.inject(DmirrorProtocol.HOOK_HANGS, late);
        long began = System.nanoTime();
        region.discard(0, 4096);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        holds("a discard waits " + took, took.toMillis() < HANG_MS);
        holds("its state: " + lab.listed(bad).state(), lab.listed(bad).state().startsWith("given up"));
        equal("the other device", 64L, good.read(other, 0, 64, lab.buffer(64)).pages());
        equal("wrong pages", 0L, Content.wrong(region.segment(), 1, 127, 1, 75));
        equal("wrong pages of the other region", 0L, Content.wrong(other.segment(), 0, 128, 0, 76));
        refused(
                "what it does with pages",
                List.of(Category.IO, Category.NOT_FOUND, Category.DEADLINE, Category.DEVICE_LOST),
                () -> bad.read(region, 0, 64, lab.buffer(64)));
        Thread.sleep(HANG_MS);
        bad.device.unbind(PATIENCE);
    }

    private static void hangingFault(Lab lab) throws Exception {
        if (!lab.isPrivate()) {
            throw new Skip("COHERENT memory has no hook that a touch needs");
        }
        Region region = lab.region(RegionSpec.ofSize(64 * 4096).maxStall(Duration.ofMillis(500)));
        Content.fill(region.segment(), 0, 64, 0, 77);
        DeviceClient device = lab.device();
        device.toDevice(region, 0, 64);
        long late = DmirrorProtocol.hookArgument(DmirrorProtocol.HOOK_MIGRATE_TO_RAM, HANG_MS);
        device.inject(DmirrorProtocol.HOOK_HANGS, late);
        long began = System.nanoTime();
        CompletionStage<Void> load = region.loadAsync(new long[] {0}, 1, 4096);
        Lab.await("the page fails", () -> region.stats().failedPages() > 0);
        refused("another page", List.of(Category.DEADLINE, Category.IO), () -> region.load(63 * 4096, 4096, PATIENCE));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        holds("pages fail after " + took, took.toMillis() < HANG_MS - 500);
        Thread.sleep(HANG_MS);
        holds("the load has ended", load.toCompletableFuture().isCompletedExceptionally());
        region.repair(0, region.size(), dev.remap.Repair.RETRY);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 77));
    }

    private static void pinned(Lab lab) throws Exception {
        Region region = lab.filled(64, 78);
        try (Pin pin = region.pin(0, region.size(), PATIENCE)) {
            equal("pages migrated", 0L, lab.device().toDevice(region, 0, 64).pages());
            equal("resident bytes", region.size(), region.residentBytes(0, region.size()));
            equal("wrong pages", 0L, Content.wrong(pin.segment(), 0, 64, 0, 78));
        }
        equal("pages migrated after", 64L, lab.device().toDevice(region, 0, 64).pages());
    }

    private static void listed(Lab lab) throws Exception {
        Region region = lab.filled(64, 79);
        DeviceClient device = lab.device();
        device.toDevice(region, 0, 64);
        var info = lab.listed(device);
        equal("its driver", lab.driver(), info.driver());
        equal("its state", "bound", info.state());
        equal("its pages in use", 64L, info.pagesInUse());
        holds(
                "its holders name the region: " + info.holders(),
                info.holders().toString().contains(region.name()));
    }

    private static void failedCopies(Lab lab) throws Exception {
        Region region = lab.filled(64, 80);
        DeviceClient device = lab.device();
        device.inject(DmirrorProtocol.FAIL_COPIES, 10);
        equal("pages on the device", 54L, device.toDevice(region, 0, 64).pages());
        Lab.awaitInUse(device, 54);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 80));
    }

    private static void failedAllocations(Lab lab) throws Exception {
        Region region = lab.filled(64, 81);
        DeviceClient device = lab.device();
        device.inject(DmirrorProtocol.FAIL_ALLOCATIONS, 10);
        List<String> reasons = new ArrayList<>(device.reasons(region, 0, 64, 0));
        equal("pages without a frame", 10, Collections.frequency(reasons, "SKIPPED"));
        equal("pages migrated of " + reasons, 54, Collections.frequency(reasons, "MIGRATED"));
        Lab.awaitInUse(device, 54);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 81));
    }

    private static void throwingFree(Lab lab) throws Exception {
        Region region = lab.filled(64, 82);
        DeviceClient device = new DeviceClient(lab.bindRaw(lab.nextName(), ""));
        device.toDevice(region, 0, 64);
        device.inject(DmirrorProtocol.HOOK_THROWS, DmirrorProtocol.hookArgument(DmirrorProtocol.HOOK_PAGE_FREE, 1));
        device.toSystem(region, 0, 64);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 82));
        Lab.await("no page is in use", () -> inUse(lab, device) == 0);
        device.device.unbind(PATIENCE);
    }

    private static long inUse(Lab lab, DeviceClient device) {
        try {
            return lab.listed(device).pagesInUse();
        } catch (RemapException e) {
            throw new Failure("devices cannot be listed: " + e);
        }
    }

    private static void throwingInvalidate(Lab lab) throws Exception {
        Region region = lab.filled(64, 83);
        DeviceClient device = new DeviceClient(lab.bindRaw(lab.nextName(), ""));
        device.read(region, 0, 64, lab.buffer(64));
        device.inject(DmirrorProtocol.HOOK_THROWS, DmirrorProtocol.hookArgument(DmirrorProtocol.HOOK_INVALIDATE, 1));
        region.discard(0, 4096);
        holds(
                "its state: " + lab.listed(device).state(),
                lab.listed(device).state().startsWith("given up"));
        MemorySegment mirror = lab.buffer(64);
        refused(
                "what it does with pages",
                List.of(Category.IO, Category.NOT_FOUND, Category.DEADLINE, Category.DEVICE_LOST),
                () -> device.read(region, 0, 64, mirror));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 1, 63, 1, 83));
        device.device.unbind(PATIENCE);
    }

    private static void brokenMemory(Lab lab) throws Exception {
        Region region = lab.filled(64, 84);
        DeviceClient device = lab.device();
        device.toDevice(region, 0, 64);
        equal("pages failed", 4L, device.command(DmirrorProtocol.BREAK_MEMORY, 0, region, 10, 4));
        equal("failed pages, listed", 4, region.failures().size());
        refused("a load", Category.CORRUPT, () -> region.load(10 * 4096, 4096, PATIENCE));
        equal("wrong pages before", 0L, Content.wrong(region.segment(), 0, 10, 0, 84));
        equal("wrong pages after", 0L, Content.wrong(region.segment(), 14, 50, 14, 84));
        equal("repaired pages", 4L, region.repair(0, region.size(), dev.remap.Repair.ACCEPT_LOSS));
        equal("repaired pages that are not zero", 0L, Content.notZero(region.segment(), 10, 4));
    }

    private static void restoredMemory(Lab lab) throws Exception {
        Region region = lab.filled(64, 85);
        DeviceClient device = lab.device();
        device.toDevice(region, 0, 64);
        equal(
                "pages failed",
                0L,
                device.command(DmirrorProtocol.BREAK_MEMORY, DmirrorProtocol.RESTORED, region, 10, 4));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 85));
    }
}
