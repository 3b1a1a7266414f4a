// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A control group below this process's own that limits the memory of the processes put into it: page cache, heap, everything. Of cgroup v1
 * or v2, whichever has the memory controller here.
 *
 * @param directory the group
 */
record MemoryGroup(Path directory) implements AutoCloseable {
    private static final int REMOVE_TRIES = 150;
    private static final int REMOVE_WAIT_MS = 20;

    /** Makes a group with a limit. The exception's message says why there can be none. */
    static MemoryGroup create(long limitBytes) throws IOException {
        Path own = own(
                        Files.readString(Path.of("/proc/self/mountinfo")),
                        Files.readString(Path.of("/proc/self/cgroup")))
                .orElseThrow(() -> new IOException("no control group with a memory controller is mounted"));
        Path directory = own.resolve("remap-demo-" + ProcessHandle.current().pid());
        Files.createDirectory(directory);
        MemoryGroup group = new MemoryGroup(directory);
        try {
            group.limit(limitBytes);
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    /** The process's group with the memory controller, as the texts of {@code mountinfo} and {@code cgroup} have it. */
    static Optional<Path> own(String mountinfo, String cgroup) {
        for (String line : cgroup.lines().toList()) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && List.of(fields[1].split(",", -1)).contains("memory")) {
                return below(mountinfo, " - cgroup ", "memory", fields[2]);
            }
        }
        return cgroup.lines()
                .filter(line -> line.startsWith("0::"))
                .findFirst()
                .flatMap(line -> below(mountinfo, " - cgroup2 ", "", line.substring("0::".length())));
    }

    private static Optional<Path> below(String mountinfo, String type, String option, String group) {
        for (String line : mountinfo.lines().toList()) {
            String[] fields = line.split(" ", -1);
            List<String> options = List.of(fields[fields.length - 1].split(",", -1));
            if (line.contains(type) && fields.length > 5 && (option.isEmpty() || options.contains(option))) {
                String relative = group.startsWith(fields[3]) ? group.substring(fields[3].length()) : "";
                return Optional.of(Path.of(fields[4], relative.split("/", -1)).normalize());
            }
        }
        return Optional.empty();
    }

    private void limit(long bytes) throws IOException {
        Path v1 = directory.resolve("memory.limit_in_bytes");
        Path v2 = directory.resolve("memory.max");
        if (!Files.exists(v1) && !Files.exists(v2)) {
            throw new IOException(directory + " has no limit of memory: its parent does not hand the controller down");
        }
        Files.writeString(Files.exists(v1) ? v1 : v2, Long.toString(bytes));
    }

    /** A command that enters the group before it becomes the given one. */
    List<String> wrap(List<String> command) {
        List<String> wrapped = new ArrayList<>(
                List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", directory.resolve("cgroup.procs") + ""));
        wrapped.addAll(command);
        return wrapped;
    }

    /** Removes the group; its processes must have ended. */
    @Override
    public void close() throws IOException {
        for (int tries = 1; Files.isDirectory(directory); tries++) {
            try {
                Files.delete(directory);
            } catch (IOException busy) {
                if (tries == REMOVE_TRIES) {
                    throw busy;
                }
                pause();
            }
        }
    }

    /** The kernel lets go of a group a moment after its last process. */
    private static void pause() {
        try {
            Thread.sleep(REMOVE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
