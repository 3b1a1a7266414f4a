// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import java.util.List;

/**
 * One test over a device.
 *
 * @param name what must be true, as a sentence without spaces
 * @param counterpart Linux's test or bug that it goes back to, {@code -} if none
 * @param slow whether it takes seconds, and is left out of a short run
 * @param needs operations without which it cannot be run
 * @param body throws {@link Failure} if it is not true, {@link Skip} if that cannot be told here
 */
record Case(String name, String counterpart, boolean slow, List<Integer> needs, Body body) {
    /** What a test does. */
    @FunctionalInterface
    interface Body {
        void run(Lab lab) throws Exception;
    }

    static Case of(String name, String counterpart, Body body) {
        return new Case(name, counterpart, false, List.of(), body);
    }

    Case needs(Integer... operations) {
        return new Case(name, counterpart, slow, List.of(operations), body);
    }

    Case takesSeconds() {
        return new Case(name, counterpart, true, needs, body);
    }
}
