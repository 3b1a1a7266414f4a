// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.linux.ProcFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process uses, as /proc shows it. */
record Footprint(long descriptors, long mappings, long threads, long residentKb) {
    static Footprint of(long pid) {
        return new Footprint(
                entries(pid, "fd"),
                ProcFs.vmas((int) pid, 0, Long.MAX_VALUE).size(),
                entries(pid, "task"),
                ProcFs.statusKb((int) pid, "VmRSS"));
    }

    private static long entries(long pid, String directory) {
        try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid), directory))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
