// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

/**
 * The application's agent thread, which can do to its own mappings what nobody can from outside: {@code madvise(MADV_DONTNEED)}.
 * It may be late or never answer (it is a thread of a JVM that may be stopped): correctness never depends on it.
 */
public interface Zapper {
    /** Asks for address ranges to be zapped; false if the request had to be dropped. Never blocks. */
    boolean zap(long[] starts, long[] lengths, int count);
}
