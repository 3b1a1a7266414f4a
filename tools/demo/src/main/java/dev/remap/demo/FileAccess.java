// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A data set by one of the ways. {@link #block} and {@link #record} are for one thread, {@link #scan} for one other at the same time.
 */
interface FileAccess extends AutoCloseable {
    /** A block of keys, at least as long as the file has bytes there; valid until the next call. */
    MemorySegment block(long offset, int length) throws IOException;

    /** Copies a record's bytes to the start of {@code target}. */
    void record(long offset, byte[] target, int length) throws IOException;

    /** Copies a piece of the records to the start of {@code target}, in the way for bytes that are read once and in order. */
    void scan(long offset, byte[] target, int length) throws IOException;

    /** Throws if any byte handed out so far may have been wrong. */
    default void check() throws IOException {}

    /** A process beside this one that reads for it; 0 if there is none. */
    default long helperPid() {
        return 0;
    }

    @Override
    void close() throws IOException;

    /** Opens the files. Remap starts with the budget; the others do without one. */
    static FileAccess open(Way way, IndexFiles files, long dramBytes) throws IOException {
        return switch (way) {
            case REMAP_TOUCH -> RemapAccess.open(files, dramBytes, true);
            case REMAP_READ -> RemapAccess.open(files, dramBytes, false);
            case MAPPED -> MappedAccess.open(files);
            case CHANNEL -> ChannelAccess.open(files);
        };
    }
}
