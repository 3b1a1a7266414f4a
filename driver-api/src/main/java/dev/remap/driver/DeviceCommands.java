// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/** Carries out an application's commands to a device. */
@FunctionalInterface
public interface DeviceCommands {
    /**
     * Carries out one command. Called by the device's own thread, one command at a time, so it may block, up to
     * {@link DeviceCommand#remainingNs}; faults, reclaim and other devices go on meanwhile, and hooks of this device may be called.
     * After a takeover an application repeats commands that were not answered: they may be carried out twice.
     *
     * @return what the application gets, not negative
     * @throws DeviceException if it cannot be carried out
     */
    long command(DeviceCommand command) throws DeviceException;
}
