// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.peers;

import java.io.IOException;

/** A file's pages in memory, in one of the ways that are compared. Thread-safe. */
public interface WordSource {
    /** A way to its words for the calling thread, which closes it. */
    WordReader open() throws IOException;

    /** The first word of each page that can be read: what has headers in its pages keeps those before to itself. */
    default int firstWord() {
        return 0;
    }
}
