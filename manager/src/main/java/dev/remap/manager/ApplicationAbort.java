// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.FailureAction;
import dev.remap.linux.Errno;
import dev.remap.linux.Pidfd;

/**
 * Ends the application of a pidfd. A manager of another user's broker may not, unless it has CAP_KILL: {@code kill(2)}.
 *
 * @param pidfd stays the caller's
 */
record ApplicationAbort(int pidfd) implements FailureAction.Abort {
    @Override
    public boolean isPermitted() {
        return Pidfd.sendSignal(pidfd, 0) != -Errno.EPERM;
    }

    @Override
    public void run() {
        Pidfd.sendSignal(pidfd, Pidfd.SIGABRT);
    }
}
