// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/**
 * The file of counters that a manager writes and its application maps read-only.
 *
 * <pre>
 *        0 +----------------------------+
 *          | manager's counters, longs; |
 *     1008 | taints                     |
 *     1016 | touches that took long     |
 *     4096 +----------------------------+
 *          | one LogHistogram a kind of |  service time of faults, ns
 *          | fault                      |
 *    32768 +----------------------------+
 *          | 512 bytes a region, longs  |
 *          +----------------------------+
 * </pre>
 *
 * <p>Each counter has one writing thread or is updated atomically; readers may see counters of slightly different moments.
 * {@link #FAILURE_EPOCH} and {@link #FAILED_PAGES} are written with release before the page is poisoned.
 */
public final class CountersLayout {
    /** Identifies the file and its version. */
    public static final long MAGIC = 0x3130_5043_504D_4552L;

    /** Offset of {@link #MAGIC}. */
    public static final long MAGIC_AT = 0;

    /** Counts page failures; moves before a failed page can be touched. */
    public static final long FAILURE_EPOCH = 8;

    /** Pages failed now. */
    public static final long FAILED_PAGES = 16;

    /** The DRAM budget, in pages. */
    public static final long BUDGET_PAGES = 24;

    /** DRAM in use, in pages. */
    public static final long USED_PAGES = 32;

    /** The most ever in use, in pages. */
    public static final long PEAK_PAGES = 40;

    /** DRAM that tiers use, in pages. */
    public static final long TIER_PAGES = 48;

    /** The manager's longest safepoint, in nanoseconds. */
    public static final long LONGEST_SAFEPOINT_NS = 56;

    /** Bytes the fault threads have allocated on the heap. */
    public static final long FAULT_THREAD_ALLOCATED_BYTES = 64;

    /** How long {@code /dev/cpu_dma_latency} has been held, in nanoseconds. */
    public static final long CPU_LATENCY_HELD_NS = 72;

    /** The manager's process id. */
    public static final long MANAGER_PID = 80;

    /** Batches of victims the reclaim agent has migrated. */
    public static final long RECLAIM_BATCHES = 88;

    /** Pages on the inactive list now. */
    public static final long INACTIVE_PAGES = 96;

    /** The manager's application. */
    public static final long APPLICATION_PID = 104;

    /** How often a standby has become the manager. */
    public static final long TAKEOVERS = 112;

    /** When the manager last showed that it is alive: CLOCK_MONOTONIC, in nanoseconds. */
    public static final long HEARTBEAT_NS = 120;

    /** The standby's process id; 0 while there is none that could take over. */
    public static final long STANDBY_PID = 128;

    /** How long the last takeover took, from the first sign of the old manager's death until faults were served, in nanoseconds. */
    public static final long LAST_TAKEOVER_NS = 136;

    /** Pages that came back into DRAM so soon that they would have stayed with somewhat more of it, ever. */
    public static final long REFAULTS = 144;

    /** Bits of {@link Taint}; only ever more. */
    public static final long TAINTS = 1008;

    /** Touches that took long, ever; see {@link SlowTouchRing}. */
    public static final long SLOW_TOUCHES = 1016;

    /** Where their latest records are. */
    public static final long SLOW_TOUCH_RECORDS = 1024;

    /** Kinds of fault, the order of their histograms and of the counters in a region's block. */
    public static final int FAULT_ZERO_FILL = 0;

    /** See {@link #FAULT_ZERO_FILL}. */
    public static final int FAULT_SAME_FILLED = 1;

    /** See {@link #FAULT_ZERO_FILL}. */
    public static final int FAULT_FETCH = 2;

    /** See {@link #FAULT_ZERO_FILL}. */
    public static final int FAULT_MINOR = 3;

    /** See {@link #FAULT_ZERO_FILL}. */
    public static final int FAULT_WRITE_PROTECT = 4;

    /** The number of kinds. */
    public static final int FAULT_KINDS = 5;

    private static final long HISTOGRAMS = 4096;
    private static final long REGIONS = 32768;
    private static final long REGION_BYTES = 512;

    /** The most regions a manager serves to one application. */
    public static final int MAX_REGIONS = 4096;

    /** Size of the file, in bytes; sparse. */
    public static final long FILE_BYTES = REGIONS + MAX_REGIONS * REGION_BYTES;

    /** In a region's block: faults, one long a kind. */
    public static final long REGION_FAULTS = 0;

    /** Pages in DRAM. */
    public static final long REGION_RESIDENT_PAGES = 40;

    /** Pages pinned, each once. */
    public static final long REGION_PINNED_PAGES = 48;

    /** Pages held by tiers. */
    public static final long REGION_STORED_PAGES = 56;

    /** Bytes they take after compression. */
    public static final long REGION_STORED_BYTES = 64;

    /** Bytes tiers occupy. */
    public static final long REGION_OCCUPIED_BYTES = 72;

    /** Pages kept as one value in their word. */
    public static final long REGION_SAME_FILLED_PAGES = 80;

    /** Pages made resident by commands. */
    public static final long REGION_LOADED_PAGES = 88;

    /** Pages brought in ahead of a fault. */
    public static final long REGION_READ_AHEAD_PAGES = 96;

    /** Of these, pages whose stream ended before it reached them. */
    public static final long REGION_READ_AHEAD_WASTED = 104;

    /** Pages that left DRAM. */
    public static final long REGION_EVICTED_PAGES = 112;

    /** Of these, pages whose copy below was still valid. */
    public static final long REGION_CLEAN_EVICTED_PAGES = 120;

    /** Bytes brought into DRAM from tiers. */
    public static final long REGION_BYTES_IN = 128;

    /** Bytes written to tiers, before compression. */
    public static final long REGION_BYTES_OUT = 136;

    /** Faults that had to wait for memory. */
    public static final long REGION_DEFERRED_FAULTS = 144;

    /** Pages failed now. */
    public static final long REGION_FAILED_PAGES = 152;

    /** How long touches waited in faults, all together, in nanoseconds. */
    public static final long REGION_STALLED_NS = 160;

    /** The region's size, in bytes; 0 if no region has this block. */
    public static final long REGION_SIZE_BYTES = 168;

    /** The region's name: UTF-8, ended by a zero byte. */
    public static final long REGION_NAME = 256;

    /** Room for it. */
    public static final long REGION_NAME_BYTES = 128;

    /** The names of its tiers with commas between, likewise. */
    public static final long REGION_TIERS = 384;

    /** Room for them. */
    public static final long REGION_TIERS_BYTES = 128;

    private CountersLayout() {}

    /** Offset of a kind of fault's histogram, {@link LogHistogram#BYTES} long. */
    public static long histogram(int faultKind) {
        return HISTOGRAMS + faultKind * LogHistogram.BYTES;
    }

    /** Offset of a region's block. */
    public static long region(int region) {
        return REGIONS + region * REGION_BYTES;
    }

    /** Length of a region's block, in bytes. */
    public static long regionBytes() {
        return REGION_BYTES;
    }
}
