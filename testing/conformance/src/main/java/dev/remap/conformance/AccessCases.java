// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static dev.remap.conformance.Content.PAGE;
import static dev.remap.conformance.Failure.equal;
import static dev.remap.conformance.Failure.holds;
import static dev.remap.conformance.Failure.refused;

import dev.remap.DeviceAccess;
import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Region;
import dev.remap.RemapException.Category;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.dmirror.protocol.SnapshotByte;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reading and writing through a device's page table: range faults, notifiers, protection. */
final class AccessCases {
    private static final long PAGES = Lab.PAGES;

    private AccessCases() {}

    static List<Case> all() {
        return List.of(
                Case.of("bindsAndUnbinds", "hmm.open_close", Lab::device),
                Case.of("readsWhatTheProgramWrote", "hmm.anon_read", AccessCases::reads),
                Case.of("seesNothingWhereDevicesMayNotLook", "hmm.anon_read_prot", AccessCases::seesNothing),
                Case.of("writesToMemoryThatWasNeverTouched", "hmm.anon_write", AccessCases::writes),
                Case.of("mayOnlyReadWhatIsReadOnly", "hmm.anon_write_prot", AccessCases::onlyReads),
                Case.of("readsTheRegionOfAFile", "hmm.file_read", AccessCases::readsFile),
                Case.of("writesToTheRegionOfAFileAndTheFile", "hmm.file_write", AccessCases::writesFile),
                Case.of("doesNotMixRegionsThatFollowEachOther", "hmm.anon_read_multiple", AccessCases::readsMany),
                Case.of("letsGoOfARegionThatIsClosed", "hmm.anon_teardown", AccessCases::teardown),
                Case.of("seesTheSamePageThroughTwoViews", "hmm.double_map", AccessCases::twoViews),
                Case.of("snapshotChangesNothing", "hmm.snapshot", AccessCases::snapshot)
                        .needs(DmirrorProtocol.SNAPSHOT),
                Case.of("forgetsWhatLeavesDram", "-", AccessCases::forgets),
                Case.of("refusesRangesThatMakeNoSense", "hmm (EINVAL)", AccessCases::badRanges));
    }

    private static void reads(Lab lab) throws Exception {
        Region region = lab.region(PAGES);
        Content.fill(region.segment(), 2, PAGES - 2, 2, 1);
        Content.touch(region.segment(), 1);
        MemorySegment mirror = lab.buffer(PAGES);
        DeviceClient.Counts counts = lab.device().read(region, 0, PAGES, mirror);
        equal("pages read", PAGES, counts.pages());
        equal("rounds of faults, one a command", DeviceClient.commands(PAGES), counts.events());
        equal("pages that are not zero", 0L, Content.notZero(mirror, 0, 2));
        equal("wrong pages", 0L, Content.wrong(mirror, 2, PAGES - 2, 2, 1));
        equal(
                "rounds of faults the second time",
                0L,
                lab.device().read(region, 0, PAGES, mirror).events());
    }

    private static void seesNothing(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 2);
        MemorySegment mirror = lab.buffer(PAGES);
        Content.fill(mirror, 0, PAGES, 7, 3);
        region.protect(0, region.size(), DeviceAccess.NONE);
        refused("a read", Category.INVALID, () -> lab.device().read(region, 0, PAGES, mirror));
        equal("pages of the buffer that changed", 0L, Content.wrong(mirror, 0, PAGES, 7, 3));
        region.protect(0, region.size(), DeviceAccess.READ);
        equal("pages read", PAGES, lab.device().read(region, 0, PAGES, mirror).pages());
        equal("wrong pages", 0L, Content.wrong(mirror, 0, PAGES, 0, 2));
        equal("pages of the program that changed", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 2));
    }

    private static void writes(Lab lab) throws Exception {
        Region region = lab.region(PAGES);
        MemorySegment mirror = lab.buffer(PAGES);
        Content.fill(mirror, 0, PAGES, 0, 4);
        DeviceClient.Counts counts = lab.device().write(region, 0, PAGES, mirror);
        equal("pages written", PAGES, counts.pages());
        equal("rounds of faults", DeviceClient.commands(PAGES), counts.events());
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 4));
    }

    private static void onlyReads(Lab lab) throws Exception {
        Region region = lab.region(PAGES);
        MemorySegment mirror = lab.buffer(PAGES);
        region.protect(0, region.size(), DeviceAccess.READ);
        equal("pages read", 1L, lab.device().read(region, 0, 1, mirror).pages());
        Content.fill(mirror, 0, PAGES, 0, 5);
        refused("a write", Category.PERMISSION, () -> lab.device().write(region, 0, PAGES, mirror));
        equal("pages that are not zero", 0L, Content.notZero(region.segment(), 0, PAGES));
        region.protect(0, region.size(), DeviceAccess.READ_WRITE);
        equal(
                "pages written",
                PAGES,
                lab.device().write(region, 0, PAGES, mirror).pages());
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 5));
    }

    private static void readsFile(Lab lab) throws Exception {
        Path file = lab.file(PAGES, 6);
        FileRegion region = lab.closed(lab.remap().openFile(file, MapMode.READ_ONLY, FileSpec.defaults()));
        MemorySegment mirror = lab.buffer(PAGES);
        equal("pages read", PAGES, lab.device().read(region, 0, PAGES, mirror).pages());
        equal("wrong pages", 0L, Content.wrong(mirror, 0, PAGES, 0, 6));
    }

    private static void writesFile(Lab lab) throws Exception {
        Path file = lab.file(PAGES, 7);
        FileRegion region = lab.closed(lab.remap().openFile(file, MapMode.READ_WRITE, FileSpec.defaults()));
        MemorySegment mirror = lab.buffer(PAGES);
        Content.fill(mirror, 0, PAGES, 0, 8);
        equal(
                "pages written",
                PAGES,
                lab.device().write(region, 0, PAGES, mirror).pages());
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 8));
        region.force(0, region.size());
        MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(file));
        equal("wrong pages of the file", 0L, Content.wrong(bytes, 0, PAGES, 0, 8));
    }

    private static void readsMany(Lab lab) throws Exception {
        MemorySegment mirror = lab.buffer(PAGES);
        for (int round = 0; round < 10; round++) {
            try (Region region = lab.remap().create("many", dev.remap.RegionSpec.ofSize(PAGES * PAGE))) {
                Content.fill(region.segment(), 0, PAGES, 0, round);
                equal(
                        "pages read",
                        PAGES,
                        lab.device().read(region, 0, PAGES, mirror).pages());
                equal("wrong pages in round " + round, 0L, Content.wrong(mirror, 0, PAGES, 0, round));
            }
        }
    }

    private static void teardown(Lab lab) throws Exception {
        for (int round = 0; round < 10; round++) {
            try (Region region = lab.remap().create("gone", dev.remap.RegionSpec.ofSize(PAGES * PAGE))) {
                Content.fill(region.segment(), 0, 256, 0, round);
                lab.device().toDevice(region, 0, 256);
                lab.device().read(region, 256, 64, lab.buffer(64));
            }
        }
        Lab.awaitInUse(lab.device(), 0);
    }

    private static void twoViews(Lab lab) throws Exception {
        Region region = lab.region(PAGES);
        MemorySegment mirror = lab.buffer(64);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment view = region.segment(0, region.size(), arena);
            Content.fill(view, 0, 64, 0, 9);
            lab.device().read(region, 0, 64, mirror);
            equal("wrong pages", 0L, Content.wrong(mirror, 0, 64, 0, 9));
            lab.device().toDevice(region, 0, 64);
            equal("wrong pages of the view", 0L, Content.wrong(view, 0, 64, 0, 9));
            equal("wrong pages of the region", 0L, Content.wrong(region.segment(), 0, 64, 0, 9));
        }
    }

    private static void snapshot(Lab lab) throws Exception {
        Region region = lab.region(8);
        Content.fill(region.segment(), 1, 5, 1, 10);
        region.protect(2 * PAGE, PAGE, DeviceAccess.READ);
        region.protect(3 * PAGE, PAGE, DeviceAccess.NONE);
        lab.device().toDevice(region, 4, 1);
        byte[] bytes = lab.device().snapshot(region, 0, 8);
        int there = lab.isPrivate() ? SnapshotByte.PRIVATE_LOCAL : SnapshotByte.COHERENT_LOCAL;
        equal("a page never touched", SnapshotByte.NONE, (int) bytes[0]);
        equal("a page", SnapshotByte.WRITE, (int) bytes[1]);
        equal("a read-only page", SnapshotByte.READ, (int) bytes[2]);
        equal("a hidden page", (byte) SnapshotByte.ERROR, bytes[3]);
        equal("a page on the device", SnapshotByte.WRITE | there, (int) bytes[4]);
        byte[] again = lab.device().snapshot(region, 0, 8);
        equal(
                "the second snapshot",
                List.of(MemorySegment.ofArray(bytes).mismatch(MemorySegment.ofArray(again))),
                List.of(-1L));
        equal("pages resident after it", false, region.isLoaded(0, PAGE));
    }

    private static void forgets(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 11);
        lab.device().read(region, 0, PAGES, lab.buffer(PAGES));
        region.pageOut(0, region.size());
        long resident = region.residentBytes(0, region.size()) / PAGE;
        holds("nothing left DRAM", resident < PAGES);
        long mapped = lab.device().info().mapped();
        holds("the device maps " + mapped + " pages, and " + resident + " are there", mapped <= resident);
        MemorySegment mirror = lab.buffer(PAGES);
        equal("pages read", PAGES, lab.device().read(region, 0, PAGES, mirror).pages());
        equal("wrong pages", 0L, Content.wrong(mirror, 0, PAGES, 0, 11));
        region.discard(0, 64 * PAGE);
        lab.device().read(region, 0, 64, mirror);
        equal("discarded pages that are not zero", 0L, Content.notZero(mirror, 0, 64));
    }

    private static void badRanges(Lab lab) throws Exception {
        Region region = lab.region(PAGES);
        MemorySegment mirror = lab.buffer(1);
        refused("no region", Category.INVALID, () -> lab.device().inject(DmirrorProtocol.READ, 0));
        refused(
                "an operation that nobody has",
                Category.INVALID,
                () -> lab.device().inject(0x7FFF_FFFF, 0));
        refused(
                "a short buffer",
                Category.INVALID,
                () -> lab.device().command(DmirrorProtocol.READ, 0, region, 0, 2, mirror));
        for (long offset : new long[] {1, PAGE - 1}) {
            try {
                lab.device()
                        .device
                        .command(DmirrorProtocol.READ, 0, region, offset, PAGE, mirror, DeviceClient.PATIENCE);
            } catch (IllegalArgumentException e) {
                holds("says why", e.getMessage() != null);
                continue;
            }
            throw new Failure("offset " + offset + " is not refused");
        }
    }
}
