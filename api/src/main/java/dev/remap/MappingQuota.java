// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many mappings may be made for regions and files: seven eighths of {@code vm.max_map_count}. A JVM that can map nothing any more,
 * be it for its heap or a thread's stack, ends; the last eighth is its. Thread-safe.
 */
final class MappingQuota {
    private static final Path MAX_MAPS = Path.of("/proc/sys/vm/max_map_count");
    private static final long DEFAULT_LIMIT = 65_530;

    /** Of this process. */
    static final MappingQuota PROCESS = new MappingQuota(hostLimit());

    private final long hostLimit;
    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    MappingQuota(long hostLimit) {
        this.hostLimit = hostLimit;
        limit = hostLimit - hostLimit / 8;
    }

    static long hostLimit() {
        // Through a buffer: the kernel gives a number of /proc/sys to one read only.
        try (BufferedReader reader = Files.newBufferedReader(MAX_MAPS)) {
            String text = reader.readLine();
            return text == null ? DEFAULT_LIMIT : Long.parseLong(text);
        } catch (IOException e) {
            return DEFAULT_LIMIT;
        }
    }

    void take() throws RemapException {
        if (taken.incrementAndGet() > limit) {
            throw refused("a mapping", taken.decrementAndGet());
        }
    }

    void give() {
        taken.decrementAndGet();
    }

    /** For a kernel that says ENOMEM: whether that is its reason. */
    boolean isReachedBy(long mappings) {
        return mappings >= limit;
    }

    RemapException refused(String what, long mappings) {
        return new RemapException(
                RemapException.Category.QUOTA,
                what + " beyond the " + mappings + " there are",
                "Each open file is one. Close some, or raise vm.max_map_count, which is " + hostLimit
                        + "; an eighth of it is left to the JVM.");
    }
}
