// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

/** A run found something wrong. The message has all that is needed to look for it. */
final class TortureFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TortureFailure(String message) {
        super(message);
    }

    TortureFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
