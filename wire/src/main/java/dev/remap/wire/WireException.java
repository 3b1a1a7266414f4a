// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.io.IOException;

/** Bytes that are no message, or a message that may not be sent; the text says what and where. */
public final class WireException extends IOException {
    private static final long serialVersionUID = 1L;

    WireException(String where, long at, String what) {
        super(where + ", byte " + at + ": " + what);
    }
}
