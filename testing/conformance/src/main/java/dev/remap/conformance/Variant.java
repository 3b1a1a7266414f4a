// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

/** A driver, and what it is told about its device. */
record Variant(String driver, String options) {
    String label() {
        return options.isEmpty() ? driver : driver + ":" + options;
    }
}
