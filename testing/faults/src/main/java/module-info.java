// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** Makes system calls and tiers fail on purpose. For tests: nothing that Remap ships needs it. */
module dev.remap.faults {
    requires static org.jspecify;
    requires transitive dev.remap.driver;
    requires transitive dev.remap.linux;

    exports dev.remap.faults;

    uses dev.remap.driver.Driver;

    provides dev.remap.linux.CallInterceptor with
            dev.remap.faults.FaultyCalls;
    provides dev.remap.driver.Driver with
            dev.remap.faults.FaultyZramDriver,
            dev.remap.faults.FaultyFileDriver;
}
