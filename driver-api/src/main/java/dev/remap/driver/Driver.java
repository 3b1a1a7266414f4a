// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes memory usable. A driver is bound to devices, one call of {@link #probe} each, and registers in it what a device has: tiers,
 * files, commands, pagemaps. Found by {@link java.util.ServiceLoader}; the core knows drivers only by what they register.
 *
 * <p>Thread-safe: devices are bound and unbound by any thread, of one device never two at a time.
 */
public interface Driver {
    /** The name by which it is bound and listed, for instance {@code zram}; lower case letters, digits and {@code -}. Constant. */
    String name();

    /** Names of the devices it is bound to when a manager starts, without being asked; a bus would enumerate them. Constant. */
    default List<String> devices() {
        return List.of();
    }

    /**
     * Options with which devices of this driver may be bound, used and unbound at any time, beside those that are in use: a standby does so
     * while it waits, to have the code loaded and compiled when it takes over and {@link #probe} holds up an application. Null, as usual
     * with hardware, if there is no such device. Constant. Asked of drivers on the manager's own path: those that are loaded as jars get
     * their classes anew in a takeover.
     */
    default @Nullable String rehearsalOptions() {
        return null;
    }

    /**
     * Binds this driver to a device. What is acquired goes to {@link Device#devres}, which undoes it, last first, when this method throws
     * at any step and when the device is unbound. After a takeover it is called again with the same name and options, and finds in
     * {@link Device#descriptors} what the former manager's instance kept.
     *
     * <p>May block up to ten seconds: applications wait for it.
     *
     * @throws IOException if the device cannot be had; the message says what to do
     * @throws IllegalArgumentException if {@link Device#options} are not understood; the message lists what is
     */
    void probe(Device device) throws IOException;

    /**
     * The device is about to be unbound: stop using it. Its pages have been evacuated or failed by then, and what is in
     * {@link Device#devres} is released right after. Not called for a device whose {@link #probe} threw. May block up to a second.
     */
    default void remove(Device device) {}
}
