// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** What a region outlives. */
public enum Survives {
    /** Nothing: it ends when it is closed, or with its process. */
    NOTHING,

    /**
     * The process that made it, however that ends. Another process of the same user {@linkplain Remap#open(String, String) opens} it by its
     * name and finds what was stored last, in DRAM what was in DRAM. Needs a broker, {@link Remap#connect}, and lives no longer than that
     * one or the machine; after the time that the broker grants, a region that nobody has opened again is gone.
     *
     * <p>A process that is killed leaves whatever it had stored so far: data that must be consistent afterwards is written as for a crash.
     */
    CLIENT
}
