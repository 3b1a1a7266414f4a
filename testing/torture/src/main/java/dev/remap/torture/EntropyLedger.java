// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

/**
 * An upper estimate of what one thread's writes cost after compression, so that all of a region's content fits the DRAM budget at any
 * time. It counts this thread's writes only, so that a plan depends on its seed and on nothing other threads do.
 */
final class EntropyLedger {
    private static final int PAGE = TortureConfig.PAGE;
    private final int[] costs;
    private final long quota;
    private long total;

    EntropyLedger(int pages, long quota) {
        this.costs = new int[pages];
        this.quota = quota;
    }

    boolean full() {
        return total >= quota;
    }

    /** Charges the pages of a range evenly. */
    void charge(long offset, long length, int cost) {
        int first = (int) (offset / PAGE);
        int last = (int) ((offset + length - 1) / PAGE);
        int each = cost / (last - first + 1) + 1;
        for (int page = first; page <= last; page++) {
            set(page, Math.min(PAGE, costs[page] + each));
        }
    }

    /** Forgets whole pages, whose bytes have all been replaced. */
    void clear(long offset, long length) {
        for (int page = (int) (offset / PAGE); page < (offset + length) / PAGE; page++) {
            set(page, 0);
        }
    }

    private void set(int page, int cost) {
        total += cost - costs[page];
        costs[page] = cost;
    }
}
