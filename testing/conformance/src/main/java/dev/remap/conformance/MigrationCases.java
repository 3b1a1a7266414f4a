// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static dev.remap.conformance.Content.PAGE;
import static dev.remap.conformance.Failure.equal;
import static dev.remap.conformance.Failure.holds;
import static dev.remap.conformance.Failure.refused;

import dev.remap.DeviceAccess;
import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RemapException.Category;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.dmirror.protocol.ReasonCode;
import dev.remap.driver.dmirror.protocol.SnapshotByte;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Pages that go to a device's memory and come back. */
final class MigrationCases {
    private static final long PAGES = Lab.PAGES;
    private static final long HALF = PAGES / 2;

    private MigrationCases() {}

    static List<Case> all() {
        return List.of(
                Case.of("pagesMigrate", "hmm.migrate", MigrationCases::migrate),
                Case.of("aPrivateFilesChangedPagesMigrate", "hmm.migrate_file_private", MigrationCases::privateFile),
                Case.of("touchedPagesComeBackAndMigrateAgain", "hmm.migrate_fault", MigrationCases::fault),
                Case.of("aDeviceCanReleaseAllItsMemory", "hmm.migrate_release", MigrationCases::release)
                        .needs(DmirrorProtocol.RELEASE),
                Case.of("aSharedFilesPagesStayAndSayWhy", "hmm.migrate_shared", MigrationCases::sharedFile),
                Case.of("migrationOverAMixtureOfPages", "hmm2.migrate_mixed", MigrationCases::mixed),
                Case.of("pagesMigrateAgainAndAgain", "hmm.migrate_multiple", MigrationCases::multiple),
                Case.of("pinnedPagesStayAndPinsBringPagesBack", "hmm.hmm_gup_test", MigrationCases::pins),
                Case.of("neverTouchedPagesMigrateAsZeros", "hmm.migrate_anon_huge_empty", MigrationCases::empty),
                Case.of("zeroPagesComeBackAsZeros", "hmm.migrate_anon_huge_zero", MigrationCases::zeros),
                Case.of("discardedPagesLeaveTheDevice", "hmm.migrate_anon_huge_free", MigrationCases::discarded),
                Case.of("everyPageComesBackByATouch", "hmm.migrate_anon_huge_fault", MigrationCases::touchedAll),
                Case.of("writtenPagesComeBackWithTheDevicesBytes", "hmm.migrate_dirty_page", MigrationCases::dirty),
                Case.of(
                        "aPartThatIsDiscardedTakesNothingElseAlong",
                        "hmm.migrate_partial_unmap_fault",
                        MigrationCases::partial),
                Case.of("pagesOfTiersMigrate", "-", MigrationCases::fromTiers),
                Case.of("whatDoesNotFitStaysAndSaysWhy", "-", MigrationCases::full),
                Case.of("readsWithoutFaultsLeavePagesOnTheDevice", "-", MigrationCases::readInPlace),
                Case.of("protectionHoldsOnTheDeviceToo", "-", MigrationCases::protectedThere));
    }

    private static void migrate(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 20);
        DeviceClient device = lab.device();
        equal("pages on the device", PAGES, device.toDevice(region, 0, PAGES).pages());
        MemorySegment mirror = lab.buffer(PAGES);
        equal(
                "pages the device maps",
                PAGES,
                device.readMapped(region, 0, PAGES, mirror).pages());
        equal("wrong pages", 0L, Content.wrong(mirror, 0, PAGES, 0, 20));
        Lab.awaitInUse(device, PAGES);
    }

    private static void privateFile(Lab lab) throws Exception {
        Path file = lab.file(PAGES, 21);
        FileRegion region = lab.closed(lab.remap().openFile(file, MapMode.PRIVATE, FileSpec.defaults()));
        Content.fill(region.segment(), 0, PAGES, 0, 22);
        equal(
                "pages on the device",
                PAGES,
                lab.device().toDevice(region, 0, PAGES).pages());
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 22));
        MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(file));
        equal("wrong pages of the file", 0L, Content.wrong(bytes, 0, PAGES, 0, 21));
    }

    private static void fault(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 23);
        DeviceClient device = lab.device();
        equal("pages on the device", PAGES, device.toDevice(region, 0, PAGES).pages());
        equal("wrong pages of the first half", 0L, Content.wrong(region.segment(), 0, HALF, 0, 23));
        Lab.awaitInUse(device, lab.isPrivate() ? HALF : PAGES);
        DeviceClient.Counts again = device.toDevice(region, 0, PAGES);
        equal("pages on the device again", PAGES, again.pages());
        equal("of them moved", lab.isPrivate() ? HALF : 0L, again.events());
        MemorySegment mirror = lab.buffer(PAGES);
        device.readMapped(region, 0, PAGES, mirror);
        equal("wrong pages", 0L, Content.wrong(mirror, 0, PAGES, 0, 23));
    }

    private static void release(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 24);
        lab.device().toDevice(region, 0, PAGES);
        List<Long> ends = lab.device().release();
        equal("pages brought back", PAGES, ends.get(ReasonCode.of("MIGRATED")));
        equal("pages of all", PAGES, ends.stream().mapToLong(Long::longValue).sum());
        Lab.awaitInUse(lab.device(), 0);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, HALF, 0, 24));
    }

    private static void sharedFile(Lab lab) throws Exception {
        Path file = lab.file(64, 25);
        FileRegion region = lab.closed(lab.remap().openFile(file, MapMode.READ_WRITE, FileSpec.defaults()));
        Content.touch(region.segment(), 0);
        List<String> reasons = lab.device().reasons(region, 0, 64, 0);
        equal("reasons", Collections.nCopies(64, "FILE_BACKED"), reasons);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 25));
    }

    private static void mixed(Lab lab) throws Exception {
        Region region = lab.region(PAGES);
        Content.fill(region.segment(), 0, 5, 0, 26);
        region.protect(0, PAGE, DeviceAccess.NONE);
        lab.device().toDevice(region, 2, 1);
        try (Pin pin = region.pin(3 * PAGE, PAGE, DeviceClient.PATIENCE)) {
            List<String> reasons = lab.device().reasons(region, 0, 6, 0);
            holds("a pin", pin.segment().byteSize() == PAGE);
            equal("a hidden page", "PROTECTED", reasons.get(0));
            equal("a page in DRAM", "MIGRATED", reasons.get(1));
            equal("a page there", "NOT_SELECTED", reasons.get(2));
            equal("a pinned page", "PINNED", reasons.get(3));
            equal("another page in DRAM", "MIGRATED", reasons.get(4));
            equal("a page never touched", "MIGRATED", reasons.get(5));
        }
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 5, 0, 26));
    }

    private static void multiple(Lab lab) throws Exception {
        MemorySegment mirror = lab.buffer(PAGES);
        for (int round = 0; round < 10; round++) {
            try (Region region = lab.remap().create("again", RegionSpec.ofSize(PAGES * PAGE))) {
                Content.fill(region.segment(), 0, PAGES, 0, round);
                equal(
                        "pages on the device",
                        PAGES,
                        lab.device().toDevice(region, 0, PAGES).pages());
                lab.device().readMapped(region, 0, PAGES, mirror);
                equal("wrong pages on the device", 0L, Content.wrong(mirror, 0, PAGES, 0, round));
                if (!lab.isPrivate()) {
                    equal("pages back", PAGES, lab.device().toSystem(region, 0, PAGES));
                }
                equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, round));
            }
        }
    }

    private static void pins(Lab lab) throws Exception {
        Region region = lab.filled(8, 27);
        DeviceClient device = lab.device();
        try (Pin pin = region.pin(0, 4 * PAGE, DeviceClient.PATIENCE)) {
            List<String> reasons = device.reasons(region, 0, 8, 0);
            equal("pinned pages", Collections.nCopies(4, "PINNED"), reasons.subList(0, 4));
            equal("the others", Collections.nCopies(4, "MIGRATED"), reasons.subList(4, 8));
            equal("wrong pages of the pin", 0L, Content.wrong(pin.segment(), 0, 4, 0, 27));
        }
        try (Pin pin = region.pin(4 * PAGE, 4 * PAGE, DeviceClient.PATIENCE)) {
            equal("wrong pages of a pin on device pages", 0L, Content.wrong(pin.segment(), 0, 4, 4, 27));
            if (lab.isPrivate() && device.info().has(DmirrorProtocol.SNAPSHOT)) {
                equal("a pinned page is plain memory", SnapshotByte.WRITE, (int) device.snapshot(region, 4, 1)[0]);
            }
        }
    }

    private static void empty(Lab lab) throws Exception {
        Region region = lab.region(PAGES);
        region.protect(0, region.size(), DeviceAccess.READ);
        MemorySegment mirror = lab.buffer(PAGES);
        mirror.fill((byte) 0xFF);
        equal(
                "pages on the device",
                PAGES,
                lab.device().toDevice(region, 0, PAGES).pages());
        lab.device().readMapped(region, 0, PAGES, mirror);
        equal("pages that are not zero", 0L, Content.notZero(mirror, 0, PAGES));
    }

    private static void zeros(Lab lab) throws Exception {
        Region used = lab.filled(PAGES, 28);
        lab.device().toDevice(used, 0, PAGES);
        used.discard(0, used.size());
        Region region = lab.region(PAGES);
        for (long page = 0; page < PAGES; page++) {
            Content.touch(region.segment(), page);
        }
        equal(
                "pages on the device",
                PAGES,
                lab.device().toDevice(region, 0, PAGES).pages());
        MemorySegment mirror = lab.buffer(PAGES);
        lab.device().readMapped(region, 0, PAGES, mirror);
        equal("pages that are not zero there", 0L, Content.notZero(mirror, 0, PAGES));
        equal("pages that are not zero here", 0L, Content.notZero(region.segment(), 0, PAGES));
    }

    private static void discarded(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 29);
        lab.device().toDevice(region, 0, PAGES);
        Lab.awaitInUse(lab.device(), PAGES);
        region.discard(0, region.size());
        Lab.awaitInUse(lab.device(), 0);
        equal("pages that are not zero", 0L, Content.notZero(region.segment(), 0, PAGES));
    }

    private static void touchedAll(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 30);
        lab.device().toDevice(region, 0, PAGES);
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 30));
        Lab.awaitInUse(lab.device(), lab.isPrivate() ? 0 : PAGES);
    }

    private static void dirty(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 31);
        MemorySegment mirror = lab.buffer(PAGES);
        Content.fill(mirror, 0, PAGES, 0, 32);
        lab.device().toDevice(region, 0, PAGES);
        equal(
                "rounds of faults",
                0L,
                lab.device().write(region, 0, PAGES, mirror).events());
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 32));
        lab.device().toDevice(region, 0, HALF);
        Content.fill(region.segment(), 0, PAGES, 0, 33);
        lab.device().read(region, 0, PAGES, mirror);
        equal("wrong pages after the program has written", 0L, Content.wrong(mirror, 0, PAGES, 0, 33));
    }

    private static void partial(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 34);
        lab.device().toDevice(region, 0, PAGES);
        region.discard(HALF / 2 * PAGE, HALF * PAGE);
        equal("wrong pages before", 0L, Content.wrong(region.segment(), 0, HALF / 2, 0, 34));
        equal("discarded pages that are not zero", 0L, Content.notZero(region.segment(), HALF / 2, HALF));
        equal("wrong pages after", 0L, Content.wrong(region.segment(), HALF / 2 * 3, HALF / 2, HALF / 2 * 3, 34));
    }

    private static void fromTiers(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 35);
        region.pageOut(0, region.size());
        Map<String, Long> ends = lab.device().reasons(region, 0, PAGES, 0).stream()
                .collect(Collectors.groupingBy(reason -> reason, Collectors.counting()));
        equal("what became of pages", Map.of("MIGRATED", PAGES), ends);
        MemorySegment mirror = lab.buffer(PAGES);
        lab.device().readMapped(region, 0, PAGES, mirror);
        equal("wrong pages there", 0L, Content.wrong(mirror, 0, PAGES, 0, 35));
        equal("pages back", PAGES, lab.device().toSystem(region, 0, PAGES));
        equal("wrong pages here", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 35));
    }

    private static void full(Lab lab) throws Exception {
        DeviceClient small = lab.bind("pages=64");
        Region region = lab.filled(256, 36);
        List<String> reasons = small.reasons(region, 0, 256, 0);
        equal("pages migrated", 64, Collections.frequency(reasons, "MIGRATED"));
        equal("pages without a frame", 192, Collections.frequency(reasons, "SKIPPED"));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 256, 0, 36));
    }

    private static void readInPlace(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 37);
        lab.device().toDevice(region, 0, PAGES);
        MemorySegment copy = lab.buffer(PAGES);
        region.read(0, copy);
        equal("wrong pages", 0L, Content.wrong(copy, 0, PAGES, 0, 37));
        Lab.awaitInUse(lab.device(), PAGES);
    }

    private static void protectedThere(Lab lab) throws Exception {
        Region region = lab.filled(64, 38);
        MemorySegment mirror = lab.buffer(64);
        lab.device().toDevice(region, 0, 64);
        region.protect(0, region.size(), DeviceAccess.READ);
        lab.device().read(region, 0, 64, mirror);
        equal("wrong pages", 0L, Content.wrong(mirror, 0, 64, 0, 38));
        refused("a write", Category.PERMISSION, () -> lab.device().write(region, 0, 64, mirror));
        region.protect(0, region.size(), DeviceAccess.NONE);
        refused("a read", Category.INVALID, () -> lab.device().read(region, 0, 64, mirror));
        equal("wrong pages of the program", 0L, Content.wrong(region.segment(), 0, 64, 0, 38));
    }
}
