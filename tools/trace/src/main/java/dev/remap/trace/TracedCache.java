// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

/** A memory of a fixed number of pages that a trace runs through. One thread. */
interface TracedCache extends AutoCloseable {

    /** The next access of the trace; true if the page was in memory. It is afterwards. */
    boolean touch(int page);

    /** Hits that were minor faults: what it costs to see touches. 0 for a cache that sees every access. */
    default long minorFaults() {
        return 0;
    }

    /** Bytes of metadata now; 0 where nobody asks, since no manager could run it. */
    default long metadataBytes() {
        return 0;
    }

    @Override
    default void close() {}
}
