// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.driver.TierDriver;
import java.util.ServiceLoader;

/** Has a standby load what a takeover needs while there is time for it. */
final class Rehearsal {
    private Rehearsal() {}

    static void run() {
        for (TierDriver driver : ServiceLoader.load(TierDriver.class)) {
            driver.facts();
        }
    }
}
