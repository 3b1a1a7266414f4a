// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

/** How whoever needs memory makes reclaim run. Never blocks; allocates nothing. */
public interface Pressure {
    /** Memory was taken: wakes the reclaim agent if it sleeps and little is left. */
    void taken();

    /** Memory is missing, or pages are there that must leave soon: wakes the reclaim agent if it sleeps. */
    void missing();
}
