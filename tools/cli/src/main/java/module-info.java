// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** The command line: doctor and stat. */
module dev.remap.cli {
    requires static org.jspecify;
    requires dev.remap;
    requires dev.remap.linux;
    requires dev.remap.wire;
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;

    opens dev.remap.cli to
            info.picocli;
}
