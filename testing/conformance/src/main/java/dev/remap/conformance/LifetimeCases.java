// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static dev.remap.conformance.Failure.equal;
import static dev.remap.conformance.Failure.holds;
import static dev.remap.conformance.Failure.refused;
import static dev.remap.conformance.Failure.said;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Devices that come and go: the real bugs of Linux's facility as tests. */
final class LifetimeCases {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BLOCK = 512;

    private LifetimeCases() {}

    static List<Case> all() {
        return List.of(
                Case.of("bindingThatFailsLeavesNothing", "bug 1: teardown not registered", LifetimeCases::failedProbe),
                Case.of(
                        "unbindingWithWorkUnderWayHarmsNobody",
                        "bug 2: memory gone before its last user",
                        LifetimeCases::busyUnbind),
                Case.of(
                        "oneDeviceDoesNotWaitForAnothersPages",
                        "bug 3: one reference, two mappings",
                        LifetimeCases::independent),
                Case.of("unbindingTwiceIsUnbindingOnce", "bug 4: double kill", LifetimeCases::twice),
                Case.of("dramIsNotDeviceMemory", "bug 5: System RAM accepted", LifetimeCases::systemRam)
                        .needs(DmirrorProtocol.LOCATE),
                Case.of("aUsedFrameBelongsWhollyToItsNewPage", "bug 6: stale mapping", LifetimeCases::recycled),
                Case.of("aFrameInUseIsOneReference", "bug 8: counts off by one", LifetimeCases::exactCounts),
                Case.of(
                                "unbindingEndsInTimeAndNamesHolders",
                                "bug 9: a reference nobody drops",
                                LifetimeCases::stuckUnbind)
                        .needs(DmirrorProtocol.SLOW_COPIES)
                        .takesSeconds(),
                Case.of(
                                "aHookThatThrowsFailsItsPagesOnly",
                                "bug 10: fault on a page without data",
                                LifetimeCases::throwingHook)
                        .needs(DmirrorProtocol.HOOK_THROWS),
                Case.of("unbindingBringsPagesBack", "-", LifetimeCases::evacuates),
                Case.of("aNameCanBeBoundAgainAtOnce", "-", LifetimeCases::rebinds),
                Case.of("consumersGoBeforeTheirSupplier", "device links", LifetimeCases::links));
    }

    private static void failedProbe(Lab lab) throws Exception {
        int before = lab.remap().devices().size();
        String name = lab.nextName();
        for (int i = 0; i < 20; i++) {
            refused("a broken device", Category.IO, () -> lab.bindRaw(name, "at=34359738368,broken"));
        }
        equal("devices", before, lab.remap().devices().size());
        lab.bindRaw(name, "at=34359738368").unbind(PATIENCE);
        equal("devices after", before, lab.remap().devices().size());
    }

    private static void busyUnbind(Lab lab) throws Exception {
        Region region = lab.filled(Lab.PAGES, 50);
        for (int round = 0; round < 5; round++) {
            DeviceClient device = new DeviceClient(lab.bindRaw(lab.nextName(), ""));
            device.toDevice(region, 0, Lab.PAGES);
            AtomicBoolean ending = new AtomicBoolean();
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                Future<Long> toucher = threads.submit(() -> touchAll(region, ending));
                Future<Long> commander = threads.submit(() -> commandUntilGone(lab, device, region));
                Thread.sleep(20);
                device.device.unbind(PATIENCE);
                ending.set(true);
                equal("wrong pages", 0L, toucher.get(60, TimeUnit.SECONDS));
                holds("commands", commander.get(60, TimeUnit.SECONDS) >= 0);
            }
            equal("wrong pages after", 0L, Content.wrong(region.segment(), 0, Lab.PAGES, 0, 50));
        }
    }

    private static long touchAll(Region region, AtomicBoolean ending) {
        long wrong = 0;
        do {
            wrong += Content.wrong(region.segment(), 0, Lab.PAGES, 0, 50);
        } while (!ending.get());
        return wrong;
    }

    private static long commandUntilGone(Lab lab, DeviceClient device, Region region) throws RemapException {
        MemorySegment mirror = lab.buffer(64);
        for (long done = 0; ; done++) {
            try {
                device.toDevice(region, 0, Lab.PAGES);
                device.read(region, done * 64 % Lab.PAGES, 64, mirror);
            } catch (RemapException e) {
                if (List.of(Category.NOT_FOUND, Category.IO, Category.DEVICE_LOST)
                        .contains(e.category())) {
                    return done;
                }
                throw e;
            }
        }
    }

    private static void independent(Lab lab) throws Exception {
        Region region = lab.filled(128, 51);
        DeviceClient first = lab.device();
        DeviceClient second = lab.bind("");
        first.toDevice(region, 0, 64);
        second.toDevice(region, 64, 64);
        long began = System.nanoTime();
        second.device.unbind(PATIENCE);
        holds("unbinding waits for another device", System.nanoTime() - began < PATIENCE.toNanos() / 2);
        Lab.awaitInUse(first, 64);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 128, 0, 51));
    }

    private static void twice(Lab lab) throws Exception {
        Region region = lab.filled(64, 52);
        DeviceClient device = new DeviceClient(lab.bindRaw(lab.nextName(), ""));
        device.toDevice(region, 0, 64);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Callable<Boolean> unbind = () -> {
                device.device.unbind(PATIENCE);
                return true;
            };
            for (Future<Boolean> done : threads.invokeAll(List.of(unbind, unbind))) {
                holds("unbound", done.get());
            }
        }
        device.device.unbind(PATIENCE);
        refused("a command to it", Category.NOT_FOUND, device::info);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 52));
    }

    private static void systemRam(Lab lab) throws Exception {
        Region region = lab.filled(2 * BLOCK, 53);
        long pfn = lab.device().command(DmirrorProtocol.LOCATE, 0, region, BLOCK, 1);
        long block = pfn / BLOCK * BLOCK;
        RemapException refusal = refused(
                "frames of DRAM",
                List.of(Category.IO, Category.INVALID, Category.EXISTS),
                () -> lab.bindRaw(lab.nextName(), "pages=512,at=" + block));
        holds("the message names the region: " + said(refusal), said(refusal).contains(region.name()));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 2L * BLOCK, 0, 53));
    }

    private static void recycled(Lab lab) throws Exception {
        DeviceClient small = lab.bind("pages=64");
        Region first = lab.filled(64, 54);
        Region second = lab.filled(64, 55);
        MemorySegment mirror = lab.buffer(64);
        for (int round = 0; round < 20; round++) {
            Region now = round % 2 == 0 ? first : second;
            int salt = round % 2 == 0 ? 54 : 55;
            equal("pages on the device", 64L, small.toDevice(now, 0, 64).pages());
            small.readMapped(now, 0, 64, mirror);
            equal("wrong pages there", 0L, Content.wrong(mirror, 0, 64, 0, salt));
            small.toSystem(now, 0, 64);
            equal("wrong pages here", 0L, Content.wrong(now.segment(), 0, 64, 0, salt));
            Lab.awaitInUse(small, 0);
        }
    }

    private static void exactCounts(Lab lab) throws Exception {
        Region region = lab.filled(64, 56);
        DeviceClient device = lab.device();
        Lab.awaitInUse(device, 0);
        device.toDevice(region, 0, 64);
        Lab.awaitInUse(device, 64);
        equal("pages in use, listed", 64L, lab.listed(device).pagesInUse());
        device.toSystem(region, 0, 10);
        Lab.awaitInUse(device, 54);
        device.toDevice(region, 5, 1);
        Lab.awaitInUse(device, 55);
        region.discard(20L * Content.PAGE, 10L * Content.PAGE);
        Lab.awaitInUse(device, 45);
        device.toSystem(region, 0, 64);
        Lab.awaitInUse(device, 0);
    }

    private static void stuckUnbind(Lab lab) throws Exception {
        if (!lab.isPrivate()) {
            throw new Skip("COHERENT pages come back without a copy: nothing can hold them up");
        }
        Region region = lab.region(RegionSpec.ofSize(64 * 4096).maxStall(Duration.ofSeconds(1)));
        Content.fill(region.segment(), 0, 64, 0, 57);
        DeviceClient device = new DeviceClient(lab.bindRaw(lab.nextName(), ""));
        device.toDevice(region, 0, 64);
        device.inject(DmirrorProtocol.SLOW_COPIES, 1_000_000_000);
        Duration limit = Duration.ofMillis(500);
        long began = System.nanoTime();
        RemapException late = refused("unbinding", Category.DEADLINE, () -> device.device.unbind(limit));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        holds("unbinding takes " + took + " with a limit of " + limit, took.compareTo(limit.plusSeconds(10)) < 0);
        holds("the message names the region: " + said(late), said(late).contains(region.name()));
        RemapException lost = refused(
                "the failed pages",
                List.of(Category.DEVICE_LOST, Category.DEADLINE),
                () -> region.verify(0, region.size()));
        holds("a failed page says so: " + lost.getMessage(), lost.getMessage() != null);
        holds("failures are listed", !region.failures().isEmpty());
    }

    private static void throwingHook(Lab lab) throws Exception {
        if (!lab.isPrivate()) {
            throw new Skip("COHERENT memory has no hook that a touch needs");
        }
        Region region = lab.filled(64, 58);
        DeviceClient device = lab.device();
        device.toDevice(region, 0, 64);
        long once = DmirrorProtocol.hookArgument(DmirrorProtocol.HOOK_MIGRATE_TO_RAM, 1);
        device.inject(DmirrorProtocol.HOOK_THROWS, once);
        refused("a load", Category.IO, () -> region.load(0, Content.PAGE, PATIENCE));
        int failed = region.failures().size();
        holds("failed pages: " + failed, failed > 0 && failed <= 64);
        for (long page = failed; page < 64; page++) {
            region.load(page * Content.PAGE, Content.PAGE, PATIENCE);
        }
        equal("repaired pages", (long) failed, region.repair(0, region.size(), dev.remap.Repair.RETRY));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 58));
    }

    private static void evacuates(Lab lab) throws Exception {
        Region region = lab.filled(Lab.PAGES, 59);
        DeviceClient device = new DeviceClient(lab.bindRaw(lab.nextName(), ""));
        device.toDevice(region, 0, Lab.PAGES);
        MemorySegment mirror = lab.buffer(Lab.PAGES);
        Content.fill(mirror, 0, Lab.PAGES, 0, 60);
        device.write(region, 0, Lab.PAGES, mirror);
        device.device.unbind(PATIENCE);
        holds(
                "it is still listed",
                lab.remap().devices().stream().noneMatch(info -> info.name().equals(device.device.name())));
        equal("failed pages", 0, region.failures().size());
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, Lab.PAGES, 0, 60));
    }

    private static void links(Lab lab) throws Exception {
        Region region = lab.filled(64, 62);
        String supplier = lab.nextName();
        refused("a supplier that is not there", Category.IO, () -> lab.bindRaw(lab.nextName(), "after=" + supplier));
        DeviceClient first = new DeviceClient(lab.bindRaw(supplier, ""));
        DeviceClient second = new DeviceClient(lab.bindRaw(lab.nextName(), "after=" + supplier));
        second.toDevice(region, 0, 64);
        first.device.unbind(PATIENCE);
        refused("a command to the consumer", Category.NOT_FOUND, second::info);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 62));
    }

    private static void rebinds(Lab lab) throws Exception {
        Region region = lab.filled(64, 61);
        String name = lab.nextName();
        for (int i = 0; i < 30; i++) {
            DeviceClient device = new DeviceClient(lab.bindRaw(name, ""));
            equal("pages on the device", 64L, device.toDevice(region, 0, 64).pages());
            device.device.unbind(PATIENCE);
        }
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 61));
    }
}
