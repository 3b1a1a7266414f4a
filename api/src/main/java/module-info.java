// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)

/** Remap's application interface: regions of memory larger than the machine's DRAM, as plain memory segments. */
module dev.remap {
    requires dev.remap.linux;
    requires dev.remap.wire;
    requires java.management;
    requires jdk.management;
    requires transitive dev.remap.export;
    requires static org.jspecify;

    exports dev.remap;
}
