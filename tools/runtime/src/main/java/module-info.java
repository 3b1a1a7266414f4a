// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** Makes the manager's run-time image and its AOT cache. */
module dev.remap.runtime {
    requires static org.jspecify;
    requires dev.remap;
    requires dev.remap.wire;
}
