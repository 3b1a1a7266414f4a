// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

import dev.remap.driver.DriverModule;

/** A virtual device with memory of its own: what drivers may do, without hardware. */
@DriverModule(
        licence = "GPL-2.0-only WITH Classpath-exception-2.0",
        author = "Remap",
        description = "A virtual device with memory of its own")
module dev.remap.driver.dmirror {
    requires static org.jspecify;
    requires dev.remap.driver;
    requires dev.remap.linux;

    exports dev.remap.driver.dmirror.protocol;

    provides dev.remap.driver.Driver with
            dev.remap.driver.dmirror.DmirrorDriver;
}
