// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** What drivers and the core owe each other, as tests that run over any driver. */
module dev.remap.conformance {
    requires static org.jspecify;
    requires dev.remap;
    requires dev.remap.driver;
    requires dev.remap.driver.dmirror;
    requires dev.remap.linux;
    requires info.picocli;

    uses dev.remap.driver.Driver;

    opens dev.remap.conformance to
            info.picocli;
}
