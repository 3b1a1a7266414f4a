// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** The commands that are about modules: what Remap exports to whom, and which drivers are loaded. */
module dev.remap.modules {
    requires static org.jspecify;
    requires dev.remap.core;
    requires dev.remap.export;
    requires dev.remap.wire;
    requires info.picocli;

    opens dev.remap.modules to
            info.picocli;
}
