// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

import dev.remap.driver.DriverModule;

/** A tier in a file of its own, and existing files as the bottom of a region. */
@DriverModule(
        licence = "GPL-2.0-only WITH Classpath-exception-2.0",
        author = "Remap",
        description = "A tier in a private file, and existing files as the bottom of a region")
module dev.remap.driver.file {
    requires static org.jspecify;
    requires dev.remap.driver;
    requires dev.remap.linux;

    provides dev.remap.driver.Driver with
            dev.remap.driver.file.FileDriver;
}
