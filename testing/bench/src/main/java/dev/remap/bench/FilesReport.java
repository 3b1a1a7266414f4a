// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.List;

/** Rates of file accesses: what is said before the tables, and what is recorded. */
final class FilesReport {
    private FilesReport() {}

    static List<String> heading(FilesPlan plan, List<String> missing) {
        List<String> lines = new ArrayList<>();
        lines.add(Format.of(
                "Reads of 8 bytes, uniform or Zipf 0.99, or of 4 KiB, of %,d MiB that do not compress; %,d MiB of",
                plan.sizeBytes() >> 20, plan.dramBytes() >> 20));
        lines.add("memory on each side: DRAM budget, memory cgroup, UMap's buffer. Each is checked.");
        lines.add(Format.of(
                "Rates: median (smallest..largest) of %d rounds of %.1f s; others: median. To warm up, each side makes",
                plan.rounds(), plan.measureMs() / 1e3));
        lines.add(Format.of(
                "%,d accesses, or as many as it can in %.0f s.", plan.warmUpAccesses(), plan.warmUpLimitMs() / 1e3));
        lines.add("mmap: a C program, what FileChannel.map does without a JVM. hits: no read of the disk.");
        lines.add(
                "full: the share of that memory that the readers' file had in the end; low, alone: too few accesses.");
        lines.add("beside: MiB a second, of one pace for all. ratio: Remap's rate to the peer's, round by round.");
        missing.forEach(reason -> lines.add("n/a: " + reason));
        return lines;
    }

    static Results results(FilesPlan plan, List<SideGroup> groups, List<String> missing) {
        Results results = new Results("files");
        results.setting("file_bytes", plan.sizeBytes());
        results.setting("dram_bytes", plan.dramBytes());
        results.setting("warm_up_accesses", plan.warmUpAccesses());
        results.setting("measure_ms", plan.measureMs());
        results.setting("pace_beside_bytes/s", plan.pace());
        missing.forEach(results::missing);
        groups.forEach(results::add);
        return results;
    }
}
