// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What the region must hold: a plain copy of it, who owns which of its bytes, and the locks for whole pages. */
final class Model {
    final MemorySegment shadow;
    final StripeMap stripes;
    final RangeLocks locks;
    final @Nullable TestFile file;

    /** Of a region that is zeros, or a file's bytes. */
    Model(TortureConfig config, @Nullable TestFile file, Arena arena) throws IOException {
        this.file = file;
        shadow = arena.allocate(config.regionBytes(), TortureConfig.PAGE);
        stripes = new StripeMap(config);
        locks = new RangeLocks(config.regionBytes());
        if (file != null) {
            file.read(0, shadow);
        }
    }
}
