// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.driver.PageAccount;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a pool has charged: every file page that may hold memory, from before its first touch until after its punch, and a few pages
 * more that only compaction may use. Compaction runs when the budget is used up, and has to fill pages before it empties others.
 *
 * <p>The reserve is charged with the first page and given back with the last.
 */
final class PoolCharge {
    /**
     * Moving slots in order fills the target's pages and empties the source's at the same rate, each of them with one page begun and
     * not finished at either end.
     */
    static final int RESERVE_PAGES = 4;

    private final PageAccount account;

    /** Written by the storing thread only; opaque, since others may only look. */
    private final AtomicLong charged = new AtomicLong();

    private int reserve;

    PoolCharge(PageAccount account) {
        this.account = account;
    }

    /** Charges pages that a store is about to touch. */
    boolean tryCharge(int pages) {
        int missing = RESERVE_PAGES - reserve;
        if (!account.tryCharge(pages + missing)) {
            return false;
        }
        reserve += missing;
        add(pages + missing);
        return true;
    }

    /** Charges pages that compaction is about to touch, at need from the reserve. */
    boolean tryChargeForMove(int pages) {
        if (account.tryCharge(pages)) {
            add(pages);
            return true;
        }
        if (reserve < pages) {
            return false;
        }
        reserve -= pages;
        return true;
    }

    /** Charges pages that a former manager has touched. The reserve comes with the next store. */
    void adopt(int pages) {
        account.chargeAdopted(pages);
        add(pages);
    }

    /** Gives back pages that have been punched; the reserve is filled first. */
    void uncharge(int pages) {
        int refill = Math.min(pages, RESERVE_PAGES - reserve);
        reserve += refill;
        int back = pages - refill;
        if (pages() - back == reserve) {
            back += reserve;
            reserve = 0;
        }
        if (back > 0) {
            giveBack(back);
        }
    }

    /** Gives back everything; the memory must be gone. */
    void unchargeAll() {
        reserve = 0;
        long all = pages();
        if (all > 0) {
            giveBack(all);
        }
    }

    /** Pages charged now, the reserve included. Any thread. */
    long pages() {
        return charged.getOpaque();
    }

    private void giveBack(long pages) {
        assert pages <= pages() : pages + " of " + pages();
        add(-pages);
        account.uncharge(pages);
    }

    private void add(long pages) {
        charged.setOpaque(charged.getPlain() + pages);
    }
}
