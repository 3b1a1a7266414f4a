// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory limits the control groups put on this process: cgroup v2 (Linux 4.5), v1, or both mounted (hybrid).
 *
 * <p>The limit is the smallest of the process's group and of its ancestors as far as they are visible; of {@code memory.max}
 * and {@code memory.high} for v2, of {@code memory.limit_in_bytes} for v1. Where the group's path does not exist under the
 * mount (a container that sees the host's path) the mount's root is taken for it.
 */
public final class Cgroup {

    /**
     * What was found.
     *
     * @param version 1, 2, or 0 if no memory controller is visible
     * @param path the group that limits; the process's own if none does
     * @param limitBytes Long.MAX_VALUE for none
     * @param usageBytes of that group; 0 if not readable
     * @param explanation one sentence for people
     */
    public record MemoryLimits(int version, String path, long limitBytes, long usageBytes, String explanation) {

        /** Whether there is a limit at all. */
        public boolean limited() {
            return limitBytes != Long.MAX_VALUE;
        }
    }

    /** v1 writes "no limit" as the largest number of whole pages, whatever a page is. */
    private static final long V1_UNLIMITED = 0x7FFF_FFFF_FFFF_0000L;

    private static final List<String> V1_LIMITS = List.of("memory.limit_in_bytes");
    private static final List<String> V2_LIMITS = List.of("memory.max", "memory.high");

    private final Path root;
    private final String process;

    /** Reads {@code root/proc/self/...} and mounts under {@code root}. */
    Cgroup(Path root) {
        this(root, "self");
    }

    private Cgroup(Path root, String process) {
        this.root = root;
        this.process = process;
    }

    /** The limits of another process now, as far as this one can see them. Reads a few files; never throws. */
    public static MemoryLimits of(int pid) {
        return new Cgroup(Path.of("/"), Integer.toString(pid)).read();
    }

    /** The limits of this process now. Reads a few files; never throws. */
    public static MemoryLimits current() {
        return new Cgroup(Path.of("/")).read();
    }

    /** A hierarchy with the memory controller: the process's group in it, and where it is mounted. */
    private record Hierarchy(int version, String group, CgroupMount mount) {}

    MemoryLimits read() {
        Optional<Hierarchy> hierarchy = hierarchy();
        return hierarchy
                .map(this::limits)
                .orElseGet(() -> new MemoryLimits(
                        0,
                        "",
                        Long.MAX_VALUE,
                        0,
                        "no control group with a memory controller is visible: no limit is known"));
    }

    /** The memory controller is in one hierarchy only: v1 if it lists it, else v2. */
    private Optional<Hierarchy> hierarchy() {
        List<CgroupMount> mounts = CgroupMount.parse(proc("mountinfo"));
        List<String> groups = proc("cgroup").lines().toList();
        return find(1, groups, mounts).or(() -> find(2, groups, mounts));
    }

    private static Optional<Hierarchy> find(int version, List<String> groups, List<CgroupMount> mounts) {
        for (String line : groups) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && version == memoryVersion(fields[0], fields[1])) {
                return mounts.stream()
                        .filter(mount -> mount.version() == version)
                        .findFirst()
                        .map(mount -> new Hierarchy(version, fields[2], mount));
            }
        }
        return Optional.empty();
    }

    private static int memoryVersion(String id, String controllers) {
        if (id.equals("0") && controllers.isEmpty()) {
            return 2;
        }
        return List.of(controllers.split(",", -1)).contains("memory") ? 1 : 0;
    }

    private MemoryLimits limits(Hierarchy hierarchy) {
        Path top = root.resolve(hierarchy.mount().mountPoint().substring(1));
        Path own = directory(top, hierarchy);
        List<String> unreadable = new ArrayList<>();
        long limit = Long.MAX_VALUE;
        String source = "";
        Path limiting = own;
        for (Path group = own; group.startsWith(top); group = parent(group)) {
            for (String file : hierarchy.version() == 1 ? V1_LIMITS : V2_LIMITS) {
                long value = limit(group.resolve(file), unreadable);
                if (value < limit) {
                    limit = value;
                    limiting = group;
                    source = file;
                }
            }
        }
        long usage = usage(limiting, hierarchy.version());
        return new MemoryLimits(
                hierarchy.version(),
                outside(limiting),
                limit,
                usage,
                explain(hierarchy, limiting, source, limit, unreadable));
    }

    /** The process's group below the mount, or the mount itself where that is not visible. */
    private static Path directory(Path top, Hierarchy hierarchy) {
        Path mounted = Path.of(hierarchy.mount().root());
        Path group = Path.of(hierarchy.group());
        if (!group.startsWith(mounted)) {
            return top;
        }
        Path directory = top.resolve(mounted.relativize(group)).normalize();
        return directory.startsWith(top) && Files.isDirectory(directory) ? directory : top;
    }

    private static Path parent(Path group) {
        Path parent = group.getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** Long.MAX_VALUE for none: no such file (a v2 root has none), "max", or v1's huge number. */
    private static long limit(Path file, List<String> unreadable) {
        if (!Files.exists(file)) {
            return Long.MAX_VALUE;
        }
        String text = ProcFs.read(file).strip();
        if (text.equals("max")) {
            return Long.MAX_VALUE;
        }
        long value = parse(text);
        if (value < 0) {
            unreadable.add(file.toString());
        }
        return value < 0 || value >= V1_UNLIMITED ? Long.MAX_VALUE : value;
    }

    private static long usage(Path group, int version) {
        String file = version == 1 ? "memory.usage_in_bytes" : "memory.current";
        return Math.max(0, parse(ProcFs.read(group.resolve(file)).strip()));
    }

    private static long parse(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private String explain(Hierarchy hierarchy, Path limiting, String source, long limit, List<String> unreadable) {
        String found = limit == Long.MAX_VALUE
                ? "no limit in " + outside(limiting) + " or above"
                : limit + " bytes by " + outside(limiting) + "/" + source;
        String doubt = unreadable.isEmpty() ? "" : "; could not read " + String.join(", ", unreadable);
        return "cgroup v" + hierarchy.version() + ": " + found + doubt;
    }

    /** The path as the process sees it, without the root this object was given. */
    private String outside(Path path) {
        return "/" + root.relativize(path);
    }

    private String proc(String file) {
        return ProcFs.read(root.resolve("proc").resolve(process).resolve(file));
    }
}
