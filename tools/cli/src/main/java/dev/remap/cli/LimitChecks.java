// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.List;

/** Limits that are met rarely. */
final class LimitChecks {
    /** A region takes a handful of descriptors in each process. */
    static final long FEW_FILES = 1024;

    private LimitChecks() {}

    static List<Finding> of(HostFacts.Limits limits) {
        return List.of(openFiles(limits), disk(limits));
    }

    private static Finding openFiles(HostFacts.Limits limits) {
        String title = "Open files";
        String what = "Every region holds a few file descriptors, in the program and in the manager.";
        if (limits.openFiles() < 0) {
            return Finding.ok(title, what, List.of("the limit is not known"));
        }
        List<String> found = List.of("a process may have " + limits.openFiles());
        return limits.openFiles() < FEW_FILES
                ? Finding.note(
                        title,
                        what,
                        found,
                        "raise the limit for many regions: `ulimit -n 65536`, or LimitNOFILE= in a systemd unit")
                : Finding.ok(title, what, found);
    }

    private static Finding disk(HostFacts.Limits limits) {
        String free = limits.temporaryFreeBytes() < 0
                ? "free space is not known"
                : Sizes.text(limits.temporaryFreeBytes()) + " free in " + limits.temporaryFolder();
        return Finding.ok(
                "Disk",
                "Compressed pages stay in memory: only tiers that keep pages in files need disk space.",
                List.of(free));
    }
}
