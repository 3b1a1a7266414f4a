// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * What a driver uses to register memory that pages may live in. Open to any driver: nothing here reaches into the core.
 */
module dev.remap.driver {
    requires static transitive org.jspecify;

    exports dev.remap.driver;
    exports dev.remap.driver.mm;
}
