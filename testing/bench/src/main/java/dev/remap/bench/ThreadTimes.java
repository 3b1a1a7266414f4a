// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The CPU time of a process's threads, as {@code /proc/PID/task} says. */
record ThreadTimes(long pid) {
    private static final Path MACHINE = Path.of("/proc/stat");
    private static final long NS_A_TICK = 10_000_000;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;

    /** Of all its threads whose names begin so, in nanoseconds. Threads that have ended do not count. */
    long cpuNs(String name) throws IOException {
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                sum += cpuNs(task, name);
            }
        }
        return sum;
    }

    private static long cpuNs(Path task, String name) throws IOException {
        try {
            return Files.readString(task.resolve("comm")).startsWith(name)
                    ? Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", 2)[0])
                    : 0;
        } catch (NoSuchFileException e) {
            return 0; // it has just ended
        }
    }

    /** What all CPUs have worked since the machine was started, for whomever; ends of 10 ms. */
    static long machineBusyNs() throws IOException {
        String[] ticks = Files.readAllLines(MACHINE).getFirst().split(" +", -1);
        long sum = 0;
        for (int field = 1; field <= STEAL; field++) {
            sum += field == IDLE || field == IO_WAIT ? 0 : Long.parseLong(ticks[field]);
        }
        return sum * NS_A_TICK;
    }
}
