// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
/** Messages and shared layouts between application and manager. */
module dev.remap.wire {
    requires transitive dev.remap.linux;
    requires static org.jspecify;

    exports dev.remap.wire;
}
