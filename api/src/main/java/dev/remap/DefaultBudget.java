// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.remap.linux.Cgroup;
import dev.remap.linux.ProcFs;
import java.lang.management.ManagementFactory;

/**
 * A DRAM budget and how it came about. By default it is what the cgroup leaves: its limit less the heap, direct memory and a reserve for
 * the rest of this JVM and for the manager. A process without a limit does not own the host's memory: it gets a fixed default.
 */
record DefaultBudget(long bytes, String origin) {
    private static final long MIB = 1 << 20;
    private static final long RESERVE = 256 * MIB;
    private static final long UNLIMITED_DEFAULT = 1024 * MIB;
    private static final long PAGE = 4096;

    static DefaultBudget of(RemapConfig config) {
        if (config.dramBytes() != 0) {
            return new DefaultBudget(config.dramBytes(), config.dramBytes() / MIB + " MiB as configured");
        }
        Cgroup.MemoryLimits limits = Cgroup.current();
        return derive(limits.limitBytes(), limits.explanation(), maxHeap(), maxDirect(), availableBytes());
    }

    static DefaultBudget derive(long limit, String where, long heap, long direct, long available) {
        if (limit == Long.MAX_VALUE) {
            long bytes = floor(Math.min(UNLIMITED_DEFAULT, available / 2));
            return new DefaultBudget(
                    bytes,
                    bytes / MIB + " MiB by default, since no memory limit holds for this process (" + where
                            + "); at most half of the " + available / MIB
                            + " MiB available now. Set RemapConfig.dramBytes");
        }
        long bytes = floor(limit - heap - direct - RESERVE);
        return new DefaultBudget(
                Math.max(0, bytes),
                bytes / MIB + " MiB = memory limit " + limit / MIB + " MiB (" + where + ") - max heap " + heap / MIB
                        + " MiB - max direct memory " + direct / MIB + " MiB - reserve " + RESERVE / MIB + " MiB");
    }

    private static long floor(long bytes) {
        return bytes / PAGE * PAGE;
    }

    private static long maxHeap() {
        return Runtime.getRuntime().maxMemory();
    }

    private static long maxDirect() {
        String option = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize")
                .getValue();
        long bytes = Long.parseLong(option);
        return bytes == 0 ? maxHeap() : bytes;
    }

    private static long availableBytes() {
        return ProcFs.memInfoKb("MemAvailable") * 1024;
    }
}
