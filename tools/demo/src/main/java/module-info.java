// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** The demonstration: two TPC-H queries on a table that is larger than the memory it gets. */
module dev.remap.demo {
    requires static org.jspecify;
    requires dev.remap;
    requires dev.remap.linux;
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires tpch;

    opens dev.remap.demo to
            info.picocli;
}
