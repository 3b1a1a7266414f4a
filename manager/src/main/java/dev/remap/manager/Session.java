// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import java.io.IOException;

/** What a manager serves: one application, or a region that several share. */
interface Session {
    /** Serves until nobody is left. */
    void serve() throws IOException;

    /** A session over what another manager serves now, put together so that nothing but its start is left to do when that one dies. */
    interface Prepared {
        /** When the manager that serves now has shown that it is alive; 0 if it never has. */
        long heartbeatNs();

        /**
         * Goes on in the place of the manager, which has ended.
         *
         * @param diedNs when that was noticed
         */
        Session takeOver(long diedNs) throws IOException;
    }
}
