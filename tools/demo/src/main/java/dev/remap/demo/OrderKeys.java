// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

/** The keys of TPC-H's orders: of 32 numbers the first 8 are used. */
final class OrderKeys {
    private OrderKeys() {}

    /** The key of the order at a place, from 0. */
    static long at(long ordinal) {
        long number = ordinal + 1;
        return ((number >>> 3) << 5) | (number & 7);
    }
}
