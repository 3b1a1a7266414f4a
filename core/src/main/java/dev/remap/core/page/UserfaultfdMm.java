// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static dev.remap.linux.Userfaultfd.UFFDIO_CONTINUE_MODE_WP;
import static dev.remap.linux.Userfaultfd.UFFDIO_COPY_MODE_DONTWAKE;
import static dev.remap.linux.Userfaultfd.UFFDIO_COPY_MODE_WP;
import static dev.remap.linux.Userfaultfd.UFFDIO_WRITEPROTECT_MODE_WP;

import dev.remap.linux.UffdPort;

/** The real thing: an application's address space through its userfaultfd. */
public final class UserfaultfdMm implements Mm {
    private final UffdPort port;

    /** For one thread; the descriptor stays the caller's. */
    public UserfaultfdMm(int uffd) {
        port = new UffdPort(uffd);
    }

    @Override
    public long copy(long target, long source, long length, boolean protect, boolean wake) {
        return port.copy(
                target, source, length, (protect ? UFFDIO_COPY_MODE_WP : 0) | (wake ? 0 : UFFDIO_COPY_MODE_DONTWAKE));
    }

    @Override
    public long map(long start, long length, boolean protect) {
        return port.continuePages(start, length, protect ? UFFDIO_CONTINUE_MODE_WP : 0);
    }

    @Override
    public long protect(long start, long length) {
        return port.writeProtect(start, length, UFFDIO_WRITEPROTECT_MODE_WP);
    }

    @Override
    public long unprotect(long start, long length) {
        return port.writeProtect(start, length, 0);
    }

    @Override
    public long poison(long start, long length) {
        return port.poison(start, length, 0);
    }

    @Override
    public long wake(long start, long length) {
        return port.wake(start, length);
    }
}
