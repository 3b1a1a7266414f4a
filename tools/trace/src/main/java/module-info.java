// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** The command that records what a manager sees of accesses, and runs its replacement policies over traces. */
module dev.remap.trace {
    requires static org.jspecify;
    requires dev.remap.core;
    requires dev.remap.wire;
    requires info.picocli;

    opens dev.remap.trace to
            info.picocli;
}
