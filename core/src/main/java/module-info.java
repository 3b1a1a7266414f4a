// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Page words, faults, migration, reclaim and policies; the loader of drivers. Knows no driver by name and no socket. Exported to the
 * modules that are put together from it, and to no driver.
 */
@SuppressWarnings("module") // they are compiled later
module dev.remap.core {
    requires transitive dev.remap.driver;
    requires transitive dev.remap.linux;
    requires transitive dev.remap.wire;
    requires dev.remap.export;
    requires static org.jspecify;

    exports dev.remap.core.fault to
            dev.remap.manager;
    exports dev.remap.core.hmm to
            dev.remap.manager;
    exports dev.remap.core.memremap to
            dev.remap.manager;
    exports dev.remap.core.migrate to
            dev.remap.manager;
    exports dev.remap.core.module to
            dev.remap.manager,
            dev.remap.modules;
    exports dev.remap.core.page to
            dev.remap.manager,
            dev.remap.torture;
    exports dev.remap.core.policy to
            dev.remap.manager,
            dev.remap.trace;
    exports dev.remap.core.reclaim to
            dev.remap.manager;

    uses dev.remap.driver.Driver;
}
