// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/** The manager process: composition, sockets and main. */
module dev.remap.manager {
    requires dev.remap.core;
    requires java.management;
    requires jdk.management;
    requires static org.jspecify;

    uses dev.remap.driver.Driver;
}
