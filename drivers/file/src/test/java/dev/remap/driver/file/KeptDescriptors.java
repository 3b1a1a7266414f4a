// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.DescriptorStore;
import dev.remap.linux.FileIo;
import java.util.HashMap;
import java.util.Map;

/** Keeps descriptors as a standby does, in this process. */
final class KeptDescriptors implements DescriptorStore, AutoCloseable {
    /** Where nothing was left and nothing is kept. */
    static final DescriptorStore NONE = new DescriptorStore() {
        @Override
        public void keep(String name, int fd) {
            assert fd >= 0 : name;
        }

        @Override
        public int kept(String name) {
            return -1;
        }
    };

    private final Map<String, Integer> byName = new HashMap<>();

    @Override
    public void keep(String name, int fd) {
        Integer former = byName.put(name, (int) FileIo.fcntlDup(fd));
        if (former != null) {
            FileIo.close(former);
        }
    }

    @Override
    public int kept(String name) {
        Integer fd = byName.get(name);
        return fd == null ? -1 : (int) FileIo.fcntlDup(fd);
    }

    /** As if its maker had died before it was kept. */
    void forget(String name) {
        Integer fd = byName.remove(name);
        if (fd != null) {
            FileIo.close(fd);
        }
    }

    @Override
    public void close() {
        byName.values().forEach(FileIo::close);
    }
}
