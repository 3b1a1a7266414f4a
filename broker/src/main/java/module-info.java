// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** The broker process: many applications on one machine. */
module dev.remap.broker {
    requires static org.jspecify;
    requires dev.remap.linux;
    requires dev.remap.wire;
    requires info.picocli;

    opens dev.remap.broker to
            info.picocli;
}
