// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.page.PagedRegion;
import dev.remap.driver.PageAccount;
import java.util.concurrent.atomic.AtomicLong;

/** How much disk the files of all tiers may occupy. */
final class SpillAccount implements PageAccount {
    private final AtomicLong used = new AtomicLong();
    private final long limitPages;

    SpillAccount(long limitBytes) {
        limitPages = limitBytes / PagedRegion.PAGE_SIZE;
    }

    @Override
    public boolean tryCharge(long pages) {
        while (true) {
            long now = used.get();
            if (pages > limitPages - now) {
                return false;
            }
            if (used.compareAndSet(now, now + pages)) {
                return true;
            }
        }
    }

    @Override
    public void chargeAdopted(long pages) {
        used.addAndGet(pages);
    }

    @Override
    public void uncharge(long pages) {
        used.addAndGet(-pages);
    }
}
