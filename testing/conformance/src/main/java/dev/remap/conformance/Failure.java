// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import dev.remap.RemapException;
import java.util.List;
import java.util.Objects;

/** What must be true is not; the message says what was expected, and what is. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
        super(message);
    }

    /** A call that may fail for a reason outside the program. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    static void equal(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new Failure(what + ": expected " + expected + ", is " + actual);
        }
    }

    static void holds(String what, boolean condition) {
        if (!condition) {
            throw new Failure(what);
        }
    }

    /** What a refusal says. */
    static String said(RemapException refusal) {
        return String.valueOf(refusal.getMessage());
    }

    /** The call must be refused so. Answers the refusal. */
    static RemapException refused(String what, RemapException.Category category, Call call) throws Exception {
        return refused(what, List.of(category), call);
    }

    /** The call must be refused in one of these ways. */
    static RemapException refused(String what, List<RemapException.Category> categories, Call call) throws Exception {
        try {
            call.run();
        } catch (RemapException e) {
            if (categories.contains(e.category())) {
                return e;
            }
            throw new Failure(what + ": expected " + categories + ", is refused with " + e.getMessage());
        }
        throw new Failure(what + ": expected " + categories + ", is not refused");
    }
}
