// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.peers;

import java.io.IOException;

/** One thread's way to the words of a file's pages. Not thread-safe. */
public interface WordReader extends AutoCloseable {
    /** May wait for the disk. */
    long read(int page, int word) throws IOException;

    @Override
    default void close() {}
}
