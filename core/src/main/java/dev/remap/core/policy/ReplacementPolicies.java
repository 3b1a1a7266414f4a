// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import java.util.List;

/** The replacement policies that a region may name. */
public final class ReplacementPolicies {

    private static final List<String> NAMES = List.of(S3Fifo.NAME, Clock.NAME, ClockPro.NAME);

    private ReplacementPolicies() {}

    /** The names that {@link #named} knows, the default first. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * A new policy over the given marks, which no other policy may use.
     *
     * @throws IllegalArgumentException if there is no such policy; the message lists those there are
     */
    public static ReplacementPolicy named(String name, PageMarks marks) {
        return switch (name) {
            case S3Fifo.NAME -> new S3Fifo(marks);
            case Clock.NAME -> new Clock(marks);
            case ClockPro.NAME -> new ClockPro(marks);
            default ->
                throw new IllegalArgumentException(
                        "no replacement policy \"" + name + "\"; there are: " + String.join(", ", NAMES));
        };
    }
}
