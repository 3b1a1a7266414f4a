// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.Arrays;

/** What each first touch of one round took, in nanoseconds. */
record TouchTimes(long p50Ns, long p99Ns) {
    /** Sorts the array. */
    static TouchTimes of(long[] ns) {
        Arrays.sort(ns);
        return new TouchTimes(ns[ns.length / 2], ns[(int) (ns.length * 0.99)]);
    }
}
