// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static dev.remap.conformance.Failure.equal;
import static dev.remap.conformance.Failure.holds;

import dev.remap.Region;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.dmirror.protocol.SnapshotByte;
import dev.remap.driver.mm.MigrateVma;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;

/** Two devices at once, each with memory and an owner of its own. */
final class TwoDeviceCases {
    private static final long PAGES = 256;
    private static final int EVERYTHING = MigrateVma.SYSTEM | MigrateVma.PRIVATE | MigrateVma.COHERENT;

    private TwoDeviceCases() {}

    static List<Case> all() {
        return List.of(
                Case.of("twoDevicesBindAndUnbind", "hmm2.open_close", lab -> lab.bind("")),
                Case.of("oneDeviceReadsWhatIsOnAnother", "hmm2 (foreign device memory)", TwoDeviceCases::readsForeign),
                Case.of("oneDeviceWritesWhatAnotherReads", "hmm2.double_map", TwoDeviceCases::writesForeign),
                Case.of("foreignPagesAreNotMigrated", "hmm2 (pgmap owner)", TwoDeviceCases::foreignStay),
                Case.of("pagesGoFromDeviceToDeviceThroughDram", "hmm2.migrate_mixed", TwoDeviceCases::handOver),
                Case.of("bothDevicesReadTheSamePages", "hmm2.snapshot", TwoDeviceCases::shared)
                        .needs(DmirrorProtocol.SNAPSHOT));
    }

    private static void readsForeign(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 100);
        DeviceClient first = lab.device();
        DeviceClient second = lab.bind("");
        first.toDevice(region, 0, PAGES);
        MemorySegment mirror = lab.buffer(PAGES);
        equal("pages read", PAGES, second.read(region, 0, PAGES, mirror).pages());
        equal("wrong pages", 0L, Content.wrong(mirror, 0, PAGES, 0, 100));
        Lab.awaitInUse(first, lab.isPrivate() ? 0 : PAGES);
    }

    private static void writesForeign(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 101);
        DeviceClient first = lab.device();
        DeviceClient second = lab.bind("");
        MemorySegment mirror = lab.buffer(PAGES);
        first.read(region, 0, PAGES, mirror);
        Content.fill(mirror, 0, PAGES, 0, 102);
        second.write(region, 0, PAGES, mirror);
        MemorySegment read = lab.buffer(PAGES);
        first.read(region, 0, PAGES, read);
        equal("wrong pages at the first", 0L, Content.wrong(read, 0, PAGES, 0, 102));
        first.toDevice(region, 0, PAGES);
        Content.fill(mirror, 0, PAGES, 0, 103);
        first.write(region, 0, PAGES, mirror);
        second.read(region, 0, PAGES, read);
        equal("wrong pages at the second", 0L, Content.wrong(read, 0, PAGES, 0, 103));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 103));
    }

    private static void foreignStay(Lab lab) throws Exception {
        Region region = lab.filled(64, 104);
        DeviceClient first = lab.device();
        DeviceClient second = lab.bind("");
        first.toDevice(region, 0, 64);
        equal("reasons", Collections.nCopies(64, "FOREIGN_OWNER"), second.reasons(region, 0, 64, EVERYTHING));
        equal("pages of it on the second", 0L, second.toDevice(region, 0, 64).pages());
        Lab.awaitInUse(first, 64);
        equal("pages the second brings back", 0L, second.toSystem(region, 0, 64));
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, 64, 0, 104));
    }

    private static void handOver(Lab lab) throws Exception {
        Region region = lab.filled(PAGES, 105);
        DeviceClient first = lab.device();
        DeviceClient second = lab.bind("");
        for (int round = 0; round < 5; round++) {
            equal("pages on the first", PAGES, first.toDevice(region, 0, PAGES).pages());
            equal("pages back", PAGES, first.toSystem(region, 0, PAGES));
            equal(
                    "pages on the second",
                    PAGES,
                    second.toDevice(region, 0, PAGES).pages());
            equal("pages back", PAGES, second.toSystem(region, 0, PAGES));
        }
        equal("wrong pages", 0L, Content.wrong(region.segment(), 0, PAGES, 0, 105));
    }

    private static void shared(Lab lab) throws Exception {
        Region region = lab.filled(64, 106);
        DeviceClient first = lab.device();
        DeviceClient second = lab.bind("");
        MemorySegment mirror = lab.buffer(64);
        first.read(region, 0, 64, mirror);
        second.read(region, 0, 64, mirror);
        equal(
                "pages the first still maps",
                64L,
                first.readMapped(region, 0, 64, mirror).pages());
        first.toDevice(region, 0, 32);
        byte[] there = first.snapshot(region, 0, 64);
        byte[] elsewhere = second.snapshot(region, 0, 64);
        equal("a page in DRAM, seen by the first", (int) there[40], (int) elsewhere[40]);
        int foreign = lab.isPrivate() ? SnapshotByte.NONE : SnapshotByte.COHERENT_REMOTE | SnapshotByte.WRITE;
        holds(
                "a page on the first, seen by the second: " + elsewhere[0],
                elsewhere[0] == foreign || elsewhere[0] == SnapshotByte.WRITE);
    }
}
