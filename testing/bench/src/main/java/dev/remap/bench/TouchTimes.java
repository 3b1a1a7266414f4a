// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What accesses of one round took, in nanoseconds.
 *
 * @param p50Ns the median
 * @param p99Ns what one in a hundred exceeds
 * @param p999Ns what one in a thousand exceeds
 */
record TouchTimes(long p50Ns, long p99Ns, long p999Ns) {
    /** Sorts the array. */
    static TouchTimes of(long[] ns) {
        Arrays.sort(ns);
        return new TouchTimes(ns[ns.length / 2], ns[(int) (ns.length * 0.99)], ns[(int) (ns.length * 0.999)]);
    }

    /** Of several threads together. */
    static TouchTimes ofAll(List<long[]> threads) {
        return of(threads.stream().flatMapToLong(Arrays::stream).toArray());
    }
}
