// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import java.util.List;
import java.util.stream.Stream;

/** All tests over devices, in the order in which they are run. */
final class Suite {
    private Suite() {}

    static List<Case> ofDevices() {
        return Stream.of(
                        AccessCases.all(),
                        MigrationCases.all(),
                        ExclusiveCases.all(),
                        TwoDeviceCases.all(),
                        LifetimeCases.all(),
                        ContainmentCases.all(),
                        TakeoverCases.all())
                .flatMap(List::stream)
                .toList();
    }

    /** What of Linux's tests and bugs has no place here, and why. */
    static List<LeftOut> leftOut() {
        return List.of(
                new LeftOut("writeInAChild", "hmm.anon_write_child", "regions are not inherited: MADV_DONTFORK"),
                new LeftOut("writeInAChildShared", "hmm.anon_write_child_shared", "regions are not inherited"),
                new LeftOut("writeHuge", "hmm.anon_write_huge", "pages are of 4 KiB"),
                new LeftOut("writeHugetlb", "hmm.anon_write_hugetlbfs", "regions are memfds without MFD_HUGETLB"),
                new LeftOut("mixedMap", "hmm.mixedmap", "a driver inserts no page of its own into a region"),
                new LeftOut("compound", "hmm.compound", "pages are of 4 KiB: orders are 0"),
                new LeftOut("remap", "hmm.migrate_remap_fault", "regions cannot be moved: there is no mremap"),
                new LeftOut("copyOnWriteInDevice", "hmm.hmm_cow_in_device", "regions are not inherited"),
                new LeftOut("exclusiveInAChild", "hmm.exclusive_cow", "regions are not inherited"),
                new LeftOut("hugeFault", "hmm.migrate_anon_huge_* (PMD)", "pages are of 4 KiB"),
                new LeftOut(
                        "metadataOutlivesPages", "bug 7: altmap freed early", "descriptors never lie in device memory"),
                new LeftOut("accessByGrants", "weakness 9", "who may use which package is the driver loader's to say"));
    }

    /** A test that is listed, but cannot be run anywhere. */
    record LeftOut(String name, String counterpart, String reason) {}
}
