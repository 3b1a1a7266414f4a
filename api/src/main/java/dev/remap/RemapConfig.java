// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How {@link Remap#open} sets up its manager. Immutable; start with {@link #defaults}.
 *
 * @param dramBytes the DRAM that all regions together may use, compressed pages included; 0 derives it from the cgroup (see
 *     {@link RemapStats#budgetOrigin}). A hard limit
 * @param holdCpuLatency whether the manager keeps the CPUs out of deep sleep while faults are frequent, by
 *     {@code /dev/cpu_dma_latency}. It takes a fault from about 60 us to 15 us where a CPU would have to be woken, and costs the
 *     power those CPUs would have saved
 * @param openTimeout how long the manager may take to start
 * @param spillDirectory where tiers that need files make them; they are deleted while open, so that nothing is left behind. Best on a
 *     local disk with {@code O_DIRECT}; on {@code tmpfs} what is spilled stays memory
 * @param spillMaxBytes how much disk those files may occupy in all; 0 for 90 % of what is free there when the manager starts
 * @param fallback what to do on a host that gives no userfaultfd
 * @param standby whether another process stands by that takes over when the manager dies, so that regions live on. It costs the memory of
 *     a second small JVM, some 100 MiB, and each of the manager's descriptors twice
 */
public record RemapConfig(
        long dramBytes,
        boolean holdCpuLatency,
        Duration openTimeout,
        Path spillDirectory,
        long spillMaxBytes,
        Fallback fallback,
        boolean standby) {
    /** Budget from the cgroup, CPU latency held when useful, 30 s to start, spill files in {@code java.io.tmpdir}, no standby. */
    public static RemapConfig defaults() {
        return new RemapConfig(
                0,
                true,
                Duration.ofSeconds(30),
                Path.of(System.getProperty("java.io.tmpdir", "/var/tmp")),
                0,
                Fallback.FAIL,
                false);
    }

    /** This, with a DRAM budget in bytes. */
    public RemapConfig dramBytes(long value) {
        return new RemapConfig(value, holdCpuLatency, openTimeout, spillDirectory, spillMaxBytes, fallback, standby);
    }

    /** This, with CPU latency held or not. */
    public RemapConfig holdCpuLatency(boolean value) {
        return new RemapConfig(dramBytes, value, openTimeout, spillDirectory, spillMaxBytes, fallback, standby);
    }

    /** This, with another limit on the manager's start. */
    public RemapConfig openTimeout(Duration value) {
        return new RemapConfig(dramBytes, holdCpuLatency, value, spillDirectory, spillMaxBytes, fallback, standby);
    }

    /** This, with another place for spill files. */
    public RemapConfig spillDirectory(Path value) {
        return new RemapConfig(dramBytes, holdCpuLatency, openTimeout, value, spillMaxBytes, fallback, standby);
    }

    /** This, with another limit on disk, in bytes. */
    public RemapConfig spillMaxBytes(long value) {
        return new RemapConfig(dramBytes, holdCpuLatency, openTimeout, spillDirectory, value, fallback, standby);
    }

    /** This, with another way out where there is no userfaultfd. */
    public RemapConfig fallback(Fallback value) {
        return new RemapConfig(dramBytes, holdCpuLatency, openTimeout, spillDirectory, spillMaxBytes, value, standby);
    }

    /** This, with a standby or without. */
    public RemapConfig standby(boolean value) {
        return new RemapConfig(dramBytes, holdCpuLatency, openTimeout, spillDirectory, spillMaxBytes, fallback, value);
    }
}
