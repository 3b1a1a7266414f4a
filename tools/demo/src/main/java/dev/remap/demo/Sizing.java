// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

/**
 * How large the regions are, and how much DRAM they get.
 *
 * @param scale TPC-H's scale factor
 * @param rowCapacity rows that fit; at least as many as the generator makes
 * @param columnBytes bytes of one column's region: whole pages
 * @param dramBytes the budget
 * @param tiers the memory below DRAM
 */
record Sizing(double scale, long rowCapacity, long columnBytes, long dramBytes, Tiers tiers) {
    static final long PAGE_BYTES = 4096;

    /** Rows at scale factor 1. */
    static final long ROWS_AT_1 = 6_001_215;

    private static final long ORDERS_AT_1 = 1_500_000;
    private static final long SMALLEST_DEFAULT_DRAM = 16L << 20;

    /** With a DRAM budget, or with the default one if that is 0: as the tiers need, at least 16 MiB. */
    static Sizing of(double scale, long dramBytes, Tiers tiers) {
        long rows = rowCapacity(scale);
        long column = roundUp(rows * Long.BYTES);
        long byDefault = Math.max(SMALLEST_DEFAULT_DRAM, (long) (column * Column.COUNT / tiers.regionToDram()));
        return new Sizing(scale, rows, column, dramBytes > 0 ? dramBytes : byDefault / PAGE_BYTES * PAGE_BYTES, tiers);
    }

    /**
     * The exact count at scale 1. Otherwise it is known only after generating: an order has 1 to 7 lines, evenly spread, so that six
     * standard deviations (of 2 lines an order) above the mean are enough.
     */
    private static long rowCapacity(double scale) {
        if (scale == 1) {
            return ROWS_AT_1;
        }
        double orders = ORDERS_AT_1 * scale;
        return (long) (4 * orders + 12 * Math.sqrt(orders)) + 16;
    }

    private static long roundUp(long bytes) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    /** Bytes of all regions. */
    long regionBytes() {
        return columnBytes * Column.COUNT;
    }

    /** Regions' bytes for each byte of DRAM. */
    double ratio() {
        return (double) regionBytes() / dramBytes;
    }
}
