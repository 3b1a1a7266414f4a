// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a process's threads wait in the kernel, from /proc: works on a JVM that answers no longer. */
final class KernelWaits {
    private KernelWaits() {}

    /** Threads in a fault show {@code handle_userfault}. */
    static List<String> of(long pid) {
        List<String> lines = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks) {
                lines.add(describe(task));
            }
        } catch (IOException e) {
            lines.add("cannot list the threads of process " + pid + ": " + e);
        }
        return lines;
    }

    private static String describe(Path task) {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            String wait = Files.readString(task.resolve("wchan")).strip();
            return String.format("  %s %-16s %s", task.getFileName(), name, wait.equals("0") ? "running" : wait);
        } catch (IOException e) {
            return "  " + task.getFileName() + " ended";
        }
    }
}
