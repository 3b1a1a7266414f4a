// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.io.IOException;

/** A trace is not in the format it was read as. The message names the place: a line, or a record, counted from 1. */
final class MalformedTraceException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedTraceException(String place, long number, String what) {
        super(place + " " + number + ": " + what);
    }
}
