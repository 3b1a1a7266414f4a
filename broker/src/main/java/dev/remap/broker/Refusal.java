// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.wire.ErrorCode;

/** Why a request is not carried out, for whom it concerns. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final String remedy;

    Refusal(ErrorCode code, String what, String remedy) {
        super(what);
        this.code = code;
        this.remedy = remedy;
    }

    ErrorCode code() {
        return code;
    }

    String remedy() {
        return remedy;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
