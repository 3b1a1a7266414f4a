// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What processes had the disk read: {@code read_bytes} of {@code /proc/PID/io}. */
final class ProcessIo {
    private static final String FIELD = "read_bytes:";

    private ProcessIo() {}

    /** Of this process and, unless it is 0, of another one. */
    static long readBytes(long helperPid) throws IOException {
        long own = readBytes(Path.of("/proc/self/io"));
        return helperPid == 0 ? own : own + readBytes(Path.of("/proc", Long.toString(helperPid), "io"));
    }

    private static long readBytes(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    static long parse(String text) {
        return text.lines()
                .filter(line -> line.startsWith(FIELD))
                .mapToLong(line -> Long.parseLong(line.substring(FIELD.length()).strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + FIELD + " in " + text));
    }
}
