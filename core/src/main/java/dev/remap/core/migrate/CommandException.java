// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.wire.ErrorCode;

/** A command that could not be carried out, in the terms in which the application is told. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String remedy;

    /** What went wrong and what to do about it. */
    public CommandException(ErrorCode code, String what, String remedy) {
        super(what);
        this.code = code;
        this.remedy = remedy;
    }

    /** The category. */
    public ErrorCode code() {
        return code;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
