// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/** What can be measured, in the order in which it is. */
enum FilesRow {
    UNIFORM,
    ZIPF,
    SCAN,
    MERGE,
    BATCH
}
