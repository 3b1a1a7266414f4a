// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.grant;

/** Exports packages of this module to a module that was granted them. Thread-safe, does not block. */
public final class ExportGate {
    private ExportGate() {}

    /**
     * Exports a package to one module for as long as that module lives. Nothing undoes it.
     *
     * @throws IllegalArgumentException if this module has no such package
     */
    public static void open(String packageName, Module to) {
        Module self = ExportGate.class.getModule();
        if (self.isNamed()) {
            self.addExports(packageName, to);
        }
    }
}
