// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;

/** Work that is done piece by piece. */
interface ChunkWork {
    /**
     * Does the next piece.
     *
     * @return bytes it read
     */
    long step() throws IOException;
}
