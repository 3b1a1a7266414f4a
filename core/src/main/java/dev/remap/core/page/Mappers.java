// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** All that have mapped a region which several applications share. Thread-safe; {@link #all} allocates nothing. */
public final class Mappers {
    /** Where such a region begins, as the manager counts: at no application's address, since each has its own. */
    public static final long BASE = PagedRegion.PAGE_SIZE;

    private static final Mapper[] NOBODY = {};
    private static final int NO_MEMORY = -1;

    private volatile Mapper[] all = NOBODY;
    private volatile int memfd = NO_MEMORY;

    /** None yet. */
    public Mappers() {}

    /** Sets the region's memory; the descriptor stays the caller's. Before the first mapper is added. */
    public void memory(int fd) {
        memfd = fd;
    }

    int memory() {
        return memfd;
    }

    /** One more. It maps nothing yet: its first touch of each page is a fault, which finds the page's word as everybody has left it. */
    public synchronized void add(Mapper mapper) {
        Mapper[] now = all;
        Mapper[] next = Arrays.copyOf(now, now.length + 1);
        next[now.length] = mapper;
        all = next;
    }

    /** One fewer: it has unmapped the region, or is dead. Nobody uses its userfaultfd when this returns. */
    public void remove(Mapper mapper) {
        synchronized (this) {
            all = Arrays.stream(all).filter(other -> other != mapper).toArray(Mapper[]::new);
        }
        mapper.retire();
    }

    /** The mapper of a number, or null. */
    public @Nullable Mapper get(int number) {
        for (Mapper mapper : all) {
            if (mapper.number() == number) {
                return mapper;
            }
        }
        return null;
    }

    /** Those there are now. Not to be changed. */
    public Mapper[] all() {
        return all;
    }
}
