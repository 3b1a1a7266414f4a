// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a process has, as {@code /proc} says. */
record ManagerFootprint(long pid) {
    /** What comes before the name: addresses, permissions, offset, device and inode of a mapping. */
    private static final Pattern HEADER =
            Pattern.compile("[0-9a-f]+-[0-9a-f]+ \\S+ [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \\d+\\s*");

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

    /** What is resident of mappings whose names begin so. */
    long residentBytes(String mapping) throws IOException {
        long kib = 0;
        boolean isOne = false;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"))) {
            if (HEADER.matcher(line).lookingAt()) {
                isOne = line.replaceFirst(HEADER.pattern(), "").startsWith(mapping);
            } else if (isOne && line.startsWith("Rss:")) {
                kib += Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return kib << 10;
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
