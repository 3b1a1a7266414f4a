// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** Who serves the pages of regions. */
public enum ServiceMode {
    /** A manager, by userfaultfd: with tiers, and within the DRAM budget. */
    MANAGED,
    /** The kernel, as for any mapping: see {@link Fallback#MMAP}. */
    MMAP
}
