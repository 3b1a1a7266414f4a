// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * What a driver uses. The leaf registers memory that pages may live in and is open to any driver: nothing there reaches into the core.
 * Everything else is opened by the manager's loader of drivers, to those whose licence allows it.
 */
@SuppressWarnings("module") // they are compiled later
module dev.remap.driver {
    requires transitive dev.remap.export;
    requires static transitive org.jspecify;

    exports dev.remap.driver;
    exports dev.remap.driver.grant to
            dev.remap.core;
    exports dev.remap.driver.mm to
            dev.remap.conformance,
            dev.remap.core,
            dev.remap.driver.dmirror,
            dev.remap.faults,
            dev.remap.manager;
}
