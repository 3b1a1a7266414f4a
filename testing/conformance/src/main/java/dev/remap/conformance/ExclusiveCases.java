// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static dev.remap.conformance.Content.PAGE;
import static dev.remap.conformance.Failure.equal;
import static dev.remap.conformance.Failure.refused;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.remap.DeviceAccess;
import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Region;
import dev.remap.RemapException.Category;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Access that one device has alone, until the CPU touches the page. */
final class ExclusiveCases {
    private static final long PAGES = Lab.PAGES;

    private ExclusiveCases() {}

    static List<Case> all() {
        return Stream.of(
                        Case.of("aTouchEndsExclusiveAccess", "hmm.exclusive", ExclusiveCases::touched),
                        Case.of("protectionEndsExclusiveAccess", "hmm.exclusive_mprotect", ExclusiveCases::guarded),
                        Case.of("exclusiveAccessIsGivenUp", "-", ExclusiveCases::givenUp),
                        Case.of("anotherDeviceEndsExclusiveAccess", "-", ExclusiveCases::otherDevice),
                        Case.of("aClosedRegionsExclusiveFramesAreFree", "-", ExclusiveCases::closed),
                        Case.of("pagesOfSharedFilesAreNotExclusive", "-", ExclusiveCases::sharedFile))
                .map(test -> test.needs(DmirrorProtocol.EXCLUSIVE, DmirrorProtocol.CHECK_EXCLUSIVE))
                .toList();
    }

    private static void touched(Lab lab) throws Exception {
        Region region = lab.region(PAGES);
        MemorySegment memory = region.segment();
        int ints = PAGE / Integer.BYTES;
        for (long i = 0; i < PAGES * ints; i++) {
            memory.setAtIndex(JAVA_INT, i, (int) i);
        }
        DeviceClient device = lab.device();
        equal("exclusive pages", PAGES, device.exclusive(region, 0, PAGES));
        refused("the check", Category.PERMISSION, () -> device.checkExclusive(region, 0, PAGES));
        MemorySegment mirror = lab.buffer(PAGES);
        device.readMapped(region, 0, PAGES, mirror);
        for (long i = 0; i < PAGES * ints; i++) {
            equal("the device's int", (int) i, mirror.getAtIndex(JAVA_INT, i));
            int old = (int) JAVA_INT.varHandle().getAndAdd(memory, i * Integer.BYTES, 1);
            equal("the old int", (int) i, old);
            equal("the new int", (int) i + 1, memory.getAtIndex(JAVA_INT, i));
        }
        equal("the check after", 0L, device.checkExclusive(region, 0, PAGES));
    }

    private static void guarded(Lab lab) throws Exception {
        Region region = lab.filled(64, 40);
        DeviceClient device = lab.device();
        equal("exclusive pages", 64L, device.exclusive(region, 0, 64));
        region.protect(0, region.size(), DeviceAccess.READ);
        equal("the check", 0L, device.checkExclusive(region, 0, 64));
        refused("a write", Category.PERMISSION, () -> device.write(region, 0, 64, lab.buffer(64)));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 40));
    }

    private static void givenUp(Lab lab) throws Exception {
        Region region = lab.filled(64, 41);
        DeviceClient device = lab.device();
        equal("exclusive pages", 64L, device.exclusive(region, 0, 64));
        MemorySegment mirror = lab.buffer(64);
        Content.fill(mirror, 0, 64, 0, 42);
        device.write(region, 0, 64, mirror);
        equal("pages given up", 64L, device.command(DmirrorProtocol.RELEASE_EXCLUSIVE, 0, region, 0, 64));
        equal("the check", 0L, device.checkExclusive(region, 0, 64));
        equal("pages given up again", 0L, device.command(DmirrorProtocol.RELEASE_EXCLUSIVE, 0, region, 0, 64));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 42));
    }

    private static void otherDevice(Lab lab) throws Exception {
        Region region = lab.filled(64, 43);
        DeviceClient first = lab.device();
        DeviceClient second = lab.bind("");
        equal("exclusive pages of the first", 64L, first.exclusive(region, 0, 64));
        MemorySegment mirror = lab.buffer(64);
        second.read(region, 0, 32, mirror);
        equal("wrong pages at the second", 0L, Content.wrong(mirror, 0, 32, 0, 43));
        equal("the check where the second has read", 0L, first.checkExclusive(region, 0, 32));
        List<String> reasons = second.reasons(region, 32, 32, 0);
        Failure.holds("every page has a reason: " + reasons, !reasons.contains("PENDING"));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 43));
        equal("the check after touches", 0L, first.checkExclusive(region, 0, 64));
    }

    private static void closed(Lab lab) throws Exception {
        DeviceClient device = lab.device();
        for (int round = 0; round < 4; round++) {
            try (Region region = lab.remap().create("exclusive", dev.remap.RegionSpec.ofSize(64L * PAGE))) {
                Content.fill(region.segment(), 0, 64, 0, round);
                equal("exclusive pages", 64L, device.exclusive(region, 0, 64));
            }
        }
        Lab.await("the budget is free again", () -> lab.remap().stats().dramUsedBytes() < 64L * PAGE);
    }

    private static void sharedFile(Lab lab) throws Exception {
        Path file = lab.file(64, 44);
        FileRegion region = lab.closed(lab.remap().openFile(file, MapMode.READ_WRITE, FileSpec.defaults()));
        equal("exclusive pages", 0L, lab.device().exclusive(region, 0, 64));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 44));
    }
}
