// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

/** Lets tests of other packages hand faults over as fault threads do. */
public final class DeferredFaultsAccess {
    private DeferredFaultsAccess() {}

    public static void offer(DeferredFaults deferred, long pageId) {
        assertThat(deferred.offer(pageId)).isTrue();
    }
}
