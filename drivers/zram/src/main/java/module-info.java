// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** A tier of compressed DRAM. */
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
