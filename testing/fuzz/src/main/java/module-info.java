// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** Fuzzing of the wire protocol's decoders. */
module dev.remap.fuzz {
    requires static org.jspecify;
    requires dev.remap.wire;
    requires info.picocli;
    requires java.management;
    requires jdk.management;

    exports dev.remap.fuzz;

    opens dev.remap.fuzz to
            info.picocli;
}
