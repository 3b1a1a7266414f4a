// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)

/** Messages and shared layouts between application and manager. For Remap's own modules. */
@SuppressWarnings("module") // they are compiled later
module dev.remap.wire {
    requires transitive dev.remap.linux;
    requires static org.jspecify;

    exports dev.remap.wire to
            dev.remap,
            dev.remap.bench,
            dev.remap.broker,
            dev.remap.cli,
            dev.remap.core,
            dev.remap.fuzz,
            dev.remap.manager,
            dev.remap.modules,
            dev.remap.runtime,
            dev.remap.torture,
            dev.remap.trace;
}
