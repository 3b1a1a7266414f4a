// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

import dev.remap.driver.DriverModule;

/** A tier of compressed DRAM. */
@DriverModule(
        licence = "GPL-2.0-only WITH Classpath-exception-2.0",
        author = "Remap",
        description = "Compressed DRAM as a tier")
@SuppressWarnings("requires-automatic") // aircompressor has no module descriptor
module dev.remap.driver.zram {
    requires static org.jspecify;
    requires dev.remap.driver;
    requires dev.remap.linux;
    requires aircompressor.v3;
    requires com.github.luben.zstd_jni;

    provides dev.remap.driver.Driver with
            dev.remap.driver.zram.ZramDriver;
}
