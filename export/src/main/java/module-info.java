// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)

/** The annotation that says who may use what Remap exports. */
module dev.remap.export {
    requires static org.jspecify;

    exports dev.remap.export;
}
