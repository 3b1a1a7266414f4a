// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** Random operations and kills, checked against a model. */
module dev.remap.torture {
    requires static org.jspecify;
    requires dev.remap;
    requires dev.remap.core;
    requires dev.remap.driver.dmirror;
    requires dev.remap.faults;
    requires dev.remap.fuzz;
    requires info.picocli;
    requires java.management;
    requires jdk.management;
    requires jdk.unsupported;

    opens dev.remap.torture to
            info.picocli;
}
