// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

/** A test cannot be run here; the message says why. */
final class Skip extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    Skip(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
