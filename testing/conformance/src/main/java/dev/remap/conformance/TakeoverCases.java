// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static dev.remap.conformance.Failure.equal;
import static dev.remap.conformance.Failure.holds;
import static dev.remap.conformance.Failure.refused;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.driver.dmirror.protocol.DeviceInfo;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Managers that die while pages are on devices. Weakness 10: with Linux's userfaultfd all of it would read as zeros. */
final class TakeoverCases {
    private static final long PAGES = 256;

    private TakeoverCases() {}

    static List<Case> all() {
        return List.of(
                Case.of("pagesOutliveTheManager", "weakness 10: manager death", TakeoverCases::outlive)
                        .takesSeconds(),
                Case.of("whatEndsWithTheManagerFailsAndSaysSo", "weakness 10: manager death", TakeoverCases::lost)
                        .takesSeconds(),
                Case.of("aShadowSurvivesWhatTheDeviceDoesNot", "weakness 10: manager death", TakeoverCases::shadow)
                        .takesSeconds(),
                Case.of("exclusiveAccessEndsWithTheManager", "-", TakeoverCases::exclusive)
                        .needs(DmirrorProtocol.EXCLUSIVE)
                        .takesSeconds());
    }

    private static void outlive(Lab lab) throws Exception {
        Remap remap = open(lab);
        DeviceClient device = lab.device();
        boolean survives = device.info().survival() == DeviceInfo.SURVIVES;
        if (lab.isPrivate() && !survives) {
            throw new Skip("its memory ends with the manager, as it says");
        }
        Region region = lab.filled(PAGES, 110);
        MemorySegment mirror = lab.buffer(PAGES);
        for (int round = 0; round < 2; round++) {
            equal(
                    "pages on the device",
                    PAGES,
                    device.toDevice(region, 0, PAGES).pages());
            Content.fill(mirror, 0, PAGES, 0, 111 + round);
            device.write(region, 0, PAGES, mirror);
            kill(remap);
            Lab.awaitInUse(device, survives ? PAGES : 0);
            MemorySegment read = lab.buffer(PAGES);
            device.read(region, 0, PAGES, read);
            equal("wrong pages on the device", 0L, Content.wrong(read, 0, PAGES, 0, 111 + round));
            equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 111 + round));
        }
        equal("failed pages", 0, region.failures().size());
    }

    private static void lost(Lab lab) throws Exception {
        if (!lab.isPrivate()) {
            throw new Skip("COHERENT memory is the region's, and survives");
        }
        Remap remap = open(lab);
        DeviceClient device = lab.bind("volatile");
        Region region = lab.filled(PAGES, 114);
        device.toDevice(region, 0, 64);
        kill(remap);
        RemapException lost =
                refused("a load", Category.DEVICE_LOST, () -> region.load(0, 4096, DeviceClient.PATIENCE));
        holds("it names the device: " + lost.getMessage(), lost.getMessage() != null);
        equal("failed pages", 64, region.failures().size());
        equal("wrong pages of the others", 0L, Content.wrong(region.segment(), 64, PAGES - 64, 64, 114));
        Lab.awaitInUse(device, 0);
        region.repair(0, region.size(), dev.remap.Repair.ACCEPT_LOSS);
        equal("repaired pages that are not zero", 0L, Content.notZero(region.segment(), 0, 64));
    }

    private static void shadow(Lab lab) throws Exception {
        if (!lab.isPrivate()) {
            throw new Skip("COHERENT memory is the region's, and needs none");
        }
        Remap remap = open(lab);
        DeviceClient device = lab.bind("volatile");
        Region region = lab.region(RegionSpec.ofSize(PAGES * Content.PAGE).shadow(true));
        Content.fill(region.segment(), 0, PAGES, 0, 115);
        device.toDevice(region, 0, PAGES);
        MemorySegment mirror = lab.buffer(64);
        Content.fill(mirror, 0, 64, 0, 116);
        device.write(region, 0, 64, mirror);
        kill(remap);
        equal("failed pages", 0, region.failures().size());
        equal("wrong pages that the device wrote", 0L, Content.wrong(region.segment(), 0, 64, 0, 116));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 64, PAGES - 64, 64, 115));
    }

    private static void exclusive(Lab lab) throws Exception {
        Remap remap = open(lab);
        DeviceClient device = lab.device();
        Region region = lab.filled(64, 117);
        equal("exclusive pages", 64L, device.exclusive(region, 0, 64));
        MemorySegment mirror = lab.buffer(64);
        Content.fill(mirror, 0, 64, 0, 118);
        device.write(region, 0, 64, mirror);
        kill(remap);
        equal("the check", 0L, device.checkExclusive(region, 0, 64));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 118));
    }

    private static Remap open(Lab lab) throws Exception {
        Remap remap = lab.open(RemapConfig.defaults().dramBytes(Lab.DRAM_BYTES).standby(true));
        awaitStandby(remap);
        return remap;
    }

    private static void awaitStandby(Remap remap) throws InterruptedException {
        Lab.await("a standby", () -> remap.stats().standbyPid() != 0);
    }

    /** Kills the manager, waits until its standby serves, and has one itself. */
    private static void kill(Remap remap) throws Exception {
        long before = remap.stats().takeovers();
        List<String> command =
                List.of("kill", "-KILL", Long.toString(remap.stats().managerPid()));
        new ProcessBuilder(command).start().waitFor(1, TimeUnit.SECONDS);
        Lab.await("a takeover", () -> remap.stats().takeovers() == before + 1);
        awaitStandby(remap);
    }
}
