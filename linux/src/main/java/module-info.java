// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
/**
 * The only native code of Remap: Linux system calls, one class a kernel facility. For Remap's own modules: whoever has it has all of the
 * process's memory.
 */
@SuppressWarnings("module") // they are compiled later
module dev.remap.linux {
    requires static transitive org.jspecify;

    exports dev.remap.linux to
            dev.remap,
            dev.remap.bench,
            dev.remap.broker,
            dev.remap.cli,
            dev.remap.conformance,
            dev.remap.core,
            dev.remap.demo,
            dev.remap.driver.dmirror,
            dev.remap.driver.file,
            dev.remap.driver.zram,
            dev.remap.faults,
            dev.remap.manager,
            dev.remap.modules,
            dev.remap.torture,
            dev.remap.wire;

    uses dev.remap.linux.CallInterceptor;
}
