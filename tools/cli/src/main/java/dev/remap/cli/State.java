// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

/** How one thing on this host bears on Remap, best first. */
enum State {
    /** As it should be. */
    OK,
    /** Remap works all the same; knowing helps, or something could be faster. */
    NOTE,
    /** Remap works, but something it offers does not. */
    LIMIT,
    /** Remap cannot work. */
    PROBLEM;

    /** As it is shown. */
    String word() {
        return switch (this) {
            case OK -> "ok";
            case NOTE -> "note";
            case LIMIT -> "limit";
            case PROBLEM -> "problem";
        };
    }
}
