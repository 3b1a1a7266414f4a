// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import java.io.IOException;

/**
 * A kind of memory below the regions' own DRAM, which a device {@linkplain Device#provideTiers provides}. The core knows it only by the
 * facts it states.
 *
 * <p>Thread-safe: the manager calls {@link #openTier} from any thread.
 */
public interface TierOps {
    /** The name a region's specification uses, for instance {@code zram}; lower case letters and digits. */
    String name();

    /** What this memory is. Constant. */
    TierFacts facts();

    /**
     * Opens memory for one region. Descriptors, mappings and threads the tier makes end with {@link Tier#close}.
     *
     * @throws IOException if the memory cannot be had; the message says what to do
     * @throws IllegalArgumentException if {@code context.options()} is not understood; the message lists what is
     */
    Tier openTier(TierContext context) throws IOException;
}
