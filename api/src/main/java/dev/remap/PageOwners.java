// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What each page of an allocator belongs to: 4 bytes a page, for pages that have been used. Not thread-safe. */
final class PageOwners {
    private static final int CHUNK = 1024;

    private @Nullable Object[] @Nullable [] chunks = new @Nullable Object[1][];

    /** The slab or run a page belongs to, or null if it is free. */
    @Nullable
    Object get(long page) {
        int chunk = (int) (page / CHUNK);
        @Nullable Object[] owners = chunk < chunks.length ? chunks[chunk] : null;
        return owners == null ? null : owners[(int) (page % CHUNK)];
    }

    /** Sets what a page belongs to; null if it becomes free. */
    void set(long page, @Nullable Object owner) {
        int chunk = (int) (page / CHUNK);
        if (chunk >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(chunk + 1, 2 * chunks.length));
        }
        @Nullable Object[] owners = chunks[chunk];
        if (owners == null) {
            owners = new @Nullable Object[CHUNK];
            chunks[chunk] = owners;
        }
        owners[(int) (page % CHUNK)] = owner;
    }
}
