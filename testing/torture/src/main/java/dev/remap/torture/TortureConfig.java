// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.List;

/**
 * A run's settings. With the seed they determine each thread's plan.
 *
 * @param operations how many operations each thread does at most; 0 for as many as the time allows
 * @param collect whether a thread calls {@code System.gc()} all the time
 * @param tiers below the region, or for the changes of a private file
 * @param fileMode whether the mixed run's region is one of a file
 * @param killManagers whether a standby runs, and managers are killed all the time
 */
record TortureConfig(
        long seed,
        int seconds,
        long operations,
        int threads,
        long regionBytes,
        long dramBytes,
        boolean collect,
        List<String> tiers,
        String policy,
        FileMode fileMode,
        boolean killManagers) {
    static final int PAGE = 4096;

    TortureConfig {
        tiers = List.copyOf(tiers);
        require(seconds > 0, "--seconds must be positive, is " + seconds);
        require(operations >= 0, "--ops must not be negative, is " + operations);
        require(threads > 0, "--threads must be positive, is " + threads);
        require(regionBytes >= 64L * PAGE, "--region must be at least 256 KiB, is " + regionBytes);
        require(regionBytes % PAGE == 0, "--region must be a multiple of 4096, is " + regionBytes);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    int pages() {
        return Math.toIntExact(regionBytes / PAGE);
    }

    /** Whether all that the threads write has to fit into DRAM, compressed. */
    boolean contentIsScarce() {
        return fileMode != FileMode.READ_WRITE && tiers.stream().noneMatch(tier -> tier.startsWith("file"));
    }

    TortureConfig withSeconds(int value) {
        return new TortureConfig(
                seed,
                value,
                operations,
                threads,
                regionBytes,
                dramBytes,
                collect,
                tiers,
                policy,
                fileMode,
                killManagers);
    }
}
