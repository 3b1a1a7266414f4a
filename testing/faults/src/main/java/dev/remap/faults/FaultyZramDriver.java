// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

/** The tier {@code faultyzram}: what the driver {@code zram} stores, with faults. */
public final class FaultyZramDriver extends FaultyDriver {
    /** For {@link java.util.ServiceLoader}. */
    public FaultyZramDriver() {
        super("zram");
    }
}
