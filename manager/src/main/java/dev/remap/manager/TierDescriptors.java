// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.driver.DescriptorStore;
import dev.remap.linux.FileIo;
import dev.remap.wire.Keepsakes;
import java.io.IOException;

/**
 * What one tier of one region keeps.
 *
 * @param key everything is kept below this
 */
record TierDescriptors(Keepsakes keepsakes, String key) implements DescriptorStore {
    private static final byte[] NOTHING = {};

    @Override
    public void keep(String name, int fd) throws IOException {
        keepsakes.keep(key + "/" + name, NOTHING, fd);
    }

    @Override
    public int kept(String name) {
        Keepsakes.Kept kept = keepsakes.get(key + "/" + name);
        return kept == null ? -1 : (int) FileIo.fcntlDup(kept.fds()[0]);
    }
}
