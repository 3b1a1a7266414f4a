// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.PageAccount;
import dev.remap.linux.FileIo;

/**
 * An account that looks at the file at the moments that matter: nothing may be uncharged while the file still has it, and nothing may be
 * in the file that has not been charged.
 */
final class CountingAccount implements PageAccount {
    /** What the file system may need for its own map of the file. */
    static final long EXTENTS_BYTES = 64 << 10;

    private static final int NOT_WATCHED = -1;

    private final long limit;
    private long charged;
    private int fd = NOT_WATCHED;

    CountingAccount(long limit) {
        this.limit = limit;
    }

    @Override
    public synchronized boolean tryCharge(long pages) {
        check();
        if (charged + pages > limit) {
            return false;
        }
        charged += pages;
        return true;
    }

    @Override
    public synchronized void chargeAdopted(long pages) {
        charged += pages;
    }

    @Override
    public synchronized void uncharge(long pages) {
        charged -= pages;
        if (charged < 0) {
            throw new AssertionError(pages + " uncharged, " + (charged + pages) + " were charged");
        }
        check();
    }

    synchronized void watch(int descriptor) {
        fd = descriptor;
    }

    synchronized void stopWatching() {
        fd = NOT_WATCHED;
    }

    private void check() {
        if (fd != NOT_WATCHED) {
            assertThat(FileIo.allocatedBytes(fd)).isBetween(0L, charged * Pages.BYTES + EXTENTS_BYTES);
        }
    }

    synchronized long charged() {
        return charged;
    }
}
