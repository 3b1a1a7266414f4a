// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A memory cgroup of this benchmark's own, of version 1 or 2, with a limit; removed when closed. */
final class MemoryCgroup implements AutoCloseable {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");
    private static final int REMOVAL_TRIES = 50;
    private static final int REMOVAL_PAUSE_MS = 20;

    private final Path folder;

    private MemoryCgroup(Path folder) {
        this.folder = folder;
    }

    /** None can be had; the message says why. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String message) {
            super(message);
        }
    }

    /** With no process in it yet. */
    static MemoryCgroup create(long limitBytes) throws Unavailable, IOException {
        StringBuilder reasons = new StringBuilder();
        for (Path parent : parents(Files.readAllLines(Path.of("/proc/self/cgroup")), MOUNT)) {
            Path folder =
                    parent.resolve("remap-bench-" + ProcessHandle.current().pid());
            try {
                Files.createDirectory(folder);
            } catch (IOException e) {
                reasons.append("; ").append(e);
                continue;
            }
            try {
                limit(folder, limitBytes);
                return new MemoryCgroup(folder);
            } catch (IOException e) {
                reasons.append("; ").append(e);
                Files.delete(folder);
            }
        }
        throw new Unavailable("no memory cgroup can be made (as root it mostly can)" + reasons);
    }

    /** Where a group may be made, at the top first: version 1 if the memory controller is there, else version 2. */
    static List<Path> parents(List<String> procSelfCgroup, Path mount) {
        for (String line : procSelfCgroup) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && List.of(fields[1].split(",", -1)).contains("memory")) {
                return upwards(mount.resolve("memory"), fields[2]);
            }
        }
        return procSelfCgroup.stream()
                .filter(line -> line.startsWith("0::"))
                .findFirst()
                .map(line -> upwards(mount, line.substring("0::".length())))
                .orElse(List.of());
    }

    /** The hierarchy's top, and the process's group's parent and itself, which may have been handed to this user. */
    private static List<Path> upwards(Path top, String group) {
        Path own = top.resolve(group.substring(1)).normalize();
        Path parent = own.equals(top) ? top : own.resolve("..").normalize();
        return Stream.of(top, parent, own).distinct().toList();
    }

    private static void limit(Path folder, long bytes) throws IOException {
        Path version1 = folder.resolve("memory.limit_in_bytes");
        Path version2 = folder.resolve("memory.max");
        if (Files.exists(version1)) {
            Files.writeString(version1, Long.toString(bytes));
        } else if (Files.exists(version2)) {
            Files.writeString(version2, Long.toString(bytes));
        } else {
            throw new IOException(folder + " has no memory controller");
        }
    }

    Path folder() {
        return folder;
    }

    /** The file that says how many bytes the group has now. */
    Path usageFile() {
        Path version1 = folder.resolve("memory.usage_in_bytes");
        return Files.exists(version1) ? version1 : folder.resolve("memory.current");
    }

    /** Ends what is still in it. */
    void endProcesses() throws IOException {
        for (String pid : Files.readAllLines(folder.resolve("cgroup.procs"))) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** A group whose last process has just ended is busy for a moment. */
    @Override
    public void close() throws IOException {
        for (int i = 0; i < REMOVAL_TRIES; i++) {
            try {
                Files.delete(folder);
                return;
            } catch (IOException e) {
                if (i == REMOVAL_TRIES - 1) {
                    throw e;
                }
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(REMOVAL_PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
