// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

/** Traces written out by hand. */
final class Keys {
    private Keys() {}

    static Trace trace(long... keys) {
        return Trace.of("by hand", builder(keys));
    }

    static TraceBuilder builder(long... keys) {
        TraceBuilder builder = new TraceBuilder();
        for (long key : keys) {
            builder.add(key);
        }
        return builder;
    }

    static long hits(Trace trace, String policy, long memoryPages) {
        return Simulation.run(trace, policy, memoryPages).hits();
    }
}
