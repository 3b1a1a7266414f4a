// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** Benchmarks beside their yardsticks. */
module dev.remap.bench {
    requires static org.jspecify;
    requires dev.remap;
    requires dev.remap.linux;
    requires dev.remap.driver.dmirror;
    requires dev.remap.peers; // an automatic module
    requires dev.remap.wire;
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires commons.math3; // what JMH calculates is of its types
    requires jmh.core;
    requires org.knowm.xchart;

    opens dev.remap.bench to
            info.picocli;
}
