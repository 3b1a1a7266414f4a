// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.driver.DescriptorStore;
import org.jspecify.annotations.Nullable;

/** Where no process stands by. */
public final class NothingKept implements DeviceKeepsakes, DescriptorStore {
    @Override
    public void keepBinding(String driver, String options) {}

    @Override
    public DescriptorStore driver() {
        return this;
    }

    @Override
    public void keep(String name, int fd) {}

    @Override
    public int kept(String name) {
        return -1;
    }

    @Override
    public void keep(int index, byte[] pagemap, int memmap) {}

    @Override
    public @Nullable KeptPagemap kept(int index) {
        return null;
    }

    @Override
    public void drop() {}
}
