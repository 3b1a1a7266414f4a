// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.export;

/** Who may use an export, from everybody to few. Linux has the two as {@code EXPORT_SYMBOL} and {@code EXPORT_SYMBOL_GPL}. */
public enum ExportClass {
    /** Anybody. Leaf functionality, under semantic versioning. */
    STABLE,

    /**
     * Driver modules whose declared licence is compatible with GPL-2.0. Reaches into the core and changes with it: there is no promise
     * of compatibility.
     */
    GPL_ONLY
}
