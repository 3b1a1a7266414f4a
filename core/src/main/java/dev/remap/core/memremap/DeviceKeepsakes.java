// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.driver.DescriptorStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What of a device outlives the manager. Thread-safe. */
public interface DeviceKeepsakes {
    /** Keeps which driver the device is bound to: a manager that takes over binds it again. */
    void keepBinding(String driver, String options) throws IOException;

    /** Where the device's driver keeps descriptors. */
    DescriptorStore driver();

    /** Keeps a pagemap's description, and a duplicate of its memmap's descriptor. */
    void keep(int index, byte[] pagemap, int memmap) throws IOException;

    /** What a former manager has kept of a pagemap, with a descriptor that stays the keeper's; null if nothing. */
    @Nullable
    KeptPagemap kept(int index);

    /** Forgets all of it. */
    void drop();
}
