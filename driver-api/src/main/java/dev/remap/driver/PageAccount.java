// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/**
 * A budget as a tier sees it, in pages of 4096 bytes: of DRAM, or of storage. Thread-safe, never blocks, allocates nothing.
 */
public interface PageAccount {
    /** Charges {@code pages} pages, all or nothing; false when the budget, or the share of it tiers may have, is used up. */
    boolean tryCharge(long pages);

    /**
     * Charges pages that are occupied already, beyond the limit if it must be: after a takeover, for what the manager that died had
     * charged.
     */
    void chargeAdopted(long pages);

    /** Gives back pages charged before, after their memory has been released. */
    void uncharge(long pages);
}
