// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import java.io.IOException;

/** Makes regions over existing files possible; a device {@linkplain Device#provideFiles provides} it. Thread-safe. */
public interface BackingFilesOps {
    /** The facts of memory below such a region. */
    TierFacts facts();

    /** The files of one region with so many pages; none is attached yet. */
    BackingFiles open(String regionName, long regionPages) throws IOException;
}
