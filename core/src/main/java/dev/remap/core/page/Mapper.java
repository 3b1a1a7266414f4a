// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One application's mapping of a region that several share. Thread-safe.
 *
 * <p>Its userfaultfd is used only between {@link #tryUse} and {@link #endUse}, so that its number is not another file's by then.
 */
public final class Mapper {
    /** In the place of a mapper's number. */
    public static final int NOBODY = -1;

    private static final long PAUSE_NS = 20_000;

    private final int number;
    private final int uffd;
    private final long baseAddress;
    private final boolean writable;
    private final AtomicInteger users = new AtomicInteger();
    private volatile boolean gone;

    /**
     * A mapper.
     *
     * @param uffd stays the caller's, until {@link Mappers#remove} has returned
     * @param baseAddress where the region is in that application
     * @param writable whether its mapping is shared, and registered for write protection; else it is private and can only be read
     */
    public Mapper(int number, int uffd, long baseAddress, boolean writable) {
        this.number = number;
        this.uffd = uffd;
        this.baseAddress = baseAddress;
        this.writable = writable;
    }

    /** What it is called among the others. */
    public int number() {
        return number;
    }

    int uffd() {
        return uffd;
    }

    /** Where the application has what is at {@code address} of the region. */
    public long translate(long address) {
        return address - Mappers.BASE + baseAddress;
    }

    /** What is added to an address of the application's to have the region's. */
    public long shift() {
        return Mappers.BASE - baseAddress;
    }

    /** Whether it can write. */
    public boolean isWritable() {
        return writable;
    }

    boolean tryUse() {
        users.incrementAndGet();
        if (gone) {
            users.decrementAndGet();
            return false;
        }
        return true;
    }

    void endUse() {
        users.decrementAndGet();
    }

    /** Lets nobody use it any more, from when this returns. */
    void retire() {
        gone = true;
        while (users.get() != 0) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
