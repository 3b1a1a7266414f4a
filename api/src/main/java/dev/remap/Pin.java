// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.MemorySegment;

/**
 * A range that is resident, mapped writable and not evictable until closed. The one safe way to hand pages to native code,
 * {@code CRC32}, {@code Deflater}, sockets and files: no access through {@link #segment} faults.
 *
 * <p>Thread-safe. {@link #close} may be called more than once and does not block for long.
 */
public interface Pin extends AutoCloseable {
    /** The pinned bytes. Dies with the pin: later accesses throw {@link IllegalStateException}. */
    MemorySegment segment();

    @Override
    void close();
}
