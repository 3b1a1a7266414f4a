// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/** A virtual device with memory of its own: what drivers may do, without hardware. */
module dev.remap.driver.dmirror {
    requires static org.jspecify;
    requires dev.remap.driver;
    requires dev.remap.linux;

    exports dev.remap.driver.dmirror.protocol;

    provides dev.remap.driver.Driver with
            dev.remap.driver.dmirror.DmirrorDriver;
}
