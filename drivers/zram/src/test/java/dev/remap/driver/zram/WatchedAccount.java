// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.PageAccount;
import dev.remap.linux.FileIo;

/**
 * A budget that looks at the pool's file at the moments that matter: nothing may be uncharged while the file still has it, and nothing
 * may be in the file that has not been charged.
 */
final class WatchedAccount implements PageAccount {
    private static final int NOT_WATCHED = -1;

    /** The page of the file that has the chunks' size classes: as page words, it is not charged. */
    static final long CLASSES_BYTES = Pages.BYTES;

    private long limit;
    private long charged;
    private long peak;
    private int fd = NOT_WATCHED;

    WatchedAccount(long limit) {
        this.limit = limit;
    }

    /** Starts to compare what is charged with what {@code tier}'s file has. */
    WatchedAccount watch(ZramTier tier) {
        fd = tier.fd();
        return this;
    }

    void stopWatching() {
        fd = NOT_WATCHED;
    }

    @Override
    public boolean tryCharge(long pages) {
        check();
        if (charged + pages > limit) {
            return false;
        }
        charged += pages;
        peak = Math.max(peak, charged);
        return true;
    }

    @Override
    public void chargeAdopted(long pages) {
        charged += pages;
        peak = Math.max(peak, charged);
    }

    @Override
    public void uncharge(long pages) {
        charged -= pages;
        if (charged < 0) {
            throw new AssertionError(pages + " uncharged, " + (charged + pages) + " were charged");
        }
        check();
    }

    void setLimit(long limit) {
        this.limit = limit;
    }

    long charged() {
        return charged;
    }

    long peak() {
        return peak;
    }

    void check() {
        if (fd != NOT_WATCHED) {
            assertThat(FileIo.allocatedBytes(fd)).isBetween(0L, charged * Pages.BYTES + CLASSES_BYTES);
        }
    }
}
