// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import java.io.IOException;

/**
 * Descriptors of a tier's memory that outlive the manager process, as systemd's descriptor store does for services: what is kept here is
 * handed to the process that takes over when the manager dies. Where no process stands by nothing is kept, and nothing has to be.
 *
 * <p>Thread-safe. Blocks no longer than it takes to send a message.
 */
public interface DescriptorStore {
    /**
     * Keeps a duplicate of a descriptor under a name of lower case letters; {@code fd} stays the caller's.
     *
     * @throws IOException if this process may not have another descriptor
     */
    void keep(String name, int fd) throws IOException;

    /** The descriptor that was kept under a name by the manager that died, for the caller to close; -1 if there is none. */
    int kept(String name);
}
