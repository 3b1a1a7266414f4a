// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small typed readers of {@code /proc} and {@code /sys}, for diagnosis and tests. A pid of 0 is this process. */
public final class ProcFs {

    private static final Path SHMEM_ENABLED = Path.of("/sys/kernel/mm/transparent_hugepage/shmem_enabled");

    /** One line of {@code /proc/pid/maps}; {@code path} is empty for anonymous memory. */
    public record Vma(long start, long end, String permissions, long offset, String path) {}

    private ProcFs() {}

    /** The text of a file; empty if it cannot be read. */
    public static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException | SecurityException e) {
            return "";
        }
    }

    /** A kB field of {@code /proc/pid/status}, as VmRSS or VmPTE; -ENOENT if the process or the field is not there. */
    public static long statusKb(int pid, String key) {
        return number(read(process(pid).resolve("status")), key, 10);
    }

    /** A kB field of {@code /proc/meminfo}, as MemTotal or MemAvailable; -ENOENT if it is not there. */
    public static long memInfoKb(String key) {
        return number(read(Path.of("/proc/meminfo")), key, 10);
    }

    /** A field of {@code /proc/self/fdinfo/fd}, as "pending" or "total" of a userfaultfd; -ENOENT if it is not there. */
    public static long fdinfo(int fd, String key) {
        return number(read(Path.of("/proc/self/fdinfo", Integer.toString(fd))), key, 10);
    }

    /** The mappings of {@code /proc/pid/maps} that lie in {@code [start, end)}, wholly or in part, in order. */
    public static List<Vma> vmas(int pid, long start, long end) {
        List<Vma> found = new ArrayList<>();
        for (String line : read(process(pid).resolve("maps")).lines().toList()) {
            Vma vma = parseVma(line);
            if (vma.start() < end && vma.end() > start) {
                found.add(vma);
            }
        }
        return found;
    }

    /** Whether any swap is active. */
    public static boolean swapPresent() {
        return read(Path.of("/proc/swaps")).lines().skip(1).anyMatch(line -> !line.isBlank());
    }

    /** The chosen word of the huge-page setting for shared memory, as "never" or "advise"; empty if unknown. */
    public static String shmemHugepages() {
        return chosen(read(SHMEM_ENABLED));
    }

    /** The word in brackets of a sysfs choice: "always [never]". */
    static String chosen(String choice) {
        int open = choice.indexOf('[');
        int close = choice.indexOf(']', open + 1);
        return open < 0 || close < 0 ? "" : choice.substring(open + 1, close);
    }

    /** The number in the line "key: number ...". */
    static long number(String text, String key, int radix) {
        for (String line : text.lines().toList()) {
            if (line.startsWith(key) && line.startsWith(":", key.length())) {
                String digits = line.substring(key.length() + 1).strip().split("\\s+", 2)[0];
                try {
                    return Long.parseLong(digits, radix);
                } catch (NumberFormatException e) {
                    return -Errno.EINVAL;
                }
            }
        }
        return -Errno.ENOENT;
    }

    /** "start-end perms offset device inode  path". Addresses with the top bit set (vsyscall) end at Long.MAX_VALUE. */
    static Vma parseVma(String line) {
        String[] fields = line.split("\\s+", 6);
        int dash = fields[0].indexOf('-');
        return new Vma(
                address(fields[0].substring(0, dash)),
                address(fields[0].substring(dash + 1)),
                fields[1],
                address(fields[2]),
                fields.length > 5 ? fields[5] : "");
    }

    private static long address(String hex) {
        long value = Long.parseUnsignedLong(hex, 16);
        return value < 0 ? Long.MAX_VALUE : value;
    }

    private static Path process(int pid) {
        return Path.of("/proc", pid == 0 ? "self" : Integer.toString(pid));
    }
}
