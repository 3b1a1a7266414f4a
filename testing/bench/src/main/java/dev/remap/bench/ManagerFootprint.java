// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process has, as {@code /proc} says. */
record ManagerFootprint(long pid) {
    void row(TextTable table, String when) throws IOException {
        table.row(
                when,
                Long.toString(entries("fd")),
                Long.toString(entries("task")),
                Format.of("%,d KiB", status("VmRSS")),
                Format.of("%,d KiB", status("RssAnon")));
    }

    /** Its resident set. */
    long residentBytes() throws IOException {
        return status("VmRSS") << 10;
    }

    private long entries(String folder) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/" + pid + "/" + folder))) {
            for (Path entry : entries) {
                count += entry.getFileName() == null ? 0 : 1;
            }
        }
        return count;
    }

    private long status(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("/proc/" + pid + "/status has no " + name);
    }
}
