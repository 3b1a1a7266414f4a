// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/** Page words, faults, migration, reclaim and policies. Knows no driver by name and no socket. */
module dev.remap.core {
    requires transitive dev.remap.driver;
    requires transitive dev.remap.linux;
    requires transitive dev.remap.wire;
    requires static org.jspecify;

    exports dev.remap.core.fault;
    exports dev.remap.core.hmm;
    exports dev.remap.core.memremap;
    exports dev.remap.core.migrate;
    exports dev.remap.core.page;
    exports dev.remap.core.policy;
    exports dev.remap.core.reclaim;
}
