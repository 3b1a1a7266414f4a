// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

/** The tier {@code faultyfile}: what the driver {@code file} stores, with faults. */
public final class FaultyFileDriver extends FaultyDriver {
    /** For {@link java.util.ServiceLoader}. */
    public FaultyFileDriver() {
        super("file");
    }
}
