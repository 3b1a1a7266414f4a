// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.List;

/**
 * What doctor says about one thing.
 *
 * @param title its name
 * @param what one sentence: what it is, and what it is to Remap
 * @param found what was found, a line each
 * @param state how that bears on Remap
 * @param brief for a limit or a problem, the half sentence that the verdict quotes; else empty
 * @param remedies what to do, each enough by itself; empty if nothing need be done
 */
record Finding(String title, String what, List<String> found, State state, String brief, List<String> remedies) {
    Finding {
        found = List.copyOf(found);
        remedies = List.copyOf(remedies);
    }

    static Finding ok(String title, String what, List<String> found) {
        return new Finding(title, what, found, State.OK, "", List.of());
    }

    static Finding note(String title, String what, List<String> found, String... remedies) {
        return new Finding(title, what, found, State.NOTE, "", List.of(remedies));
    }

    static Finding limit(String title, String what, List<String> found, String brief, List<String> remedies) {
        return new Finding(title, what, found, State.LIMIT, brief, remedies);
    }

    static Finding problem(String title, String what, List<String> found, String brief, List<String> remedies) {
        return new Finding(title, what, found, State.PROBLEM, brief, remedies);
    }
}
