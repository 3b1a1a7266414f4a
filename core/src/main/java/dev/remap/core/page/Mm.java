// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

/**
 * What the manager does to the mappings of one application, or of all that share a region, named after Linux's {@code mm}: the
 * operations of userfaultfd. Addresses are those of {@link PagedRegion#address}. Each instance is confined to one thread. Every call
 * answers a number that is not negative, or -errno.
 */
public interface Mm {
    /** Copies whole pages into a hole and maps them, write-protected if asked; answers the bytes done, which may be fewer. */
    long copy(long target, long source, long length, boolean protect, boolean wake);

    /** Maps pages that are in the memfd, write-protected if asked; wakes; answers the bytes done, which may be fewer. */
    long map(long start, long length, boolean protect);

    /** Write-protects whatever is mapped, and marks the rest. */
    long protect(long start, long length);

    /** Undoes {@link #protect} and wakes. */
    long unprotect(long start, long length);

    /** Makes touches of an unmapped range fail. */
    long poison(long start, long length);

    /** Lets threads that wait for a page of the range touch again. */
    long wake(long start, long length);

    /** Whether others than the thread that answers a fault read faults of the same pages: who unlocks a page wakes them then. */
    default boolean isShared() {
        return false;
    }

    /** Says for which {@link Mapper} the calls are that follow, by its number; {@link Mapper#NOBODY} for none in particular. */
    default void turnTo(int mapper) {
        // there is one
    }

    /** Maps pages that had failed, and are in the memfd again, wherever a touch may have left poison. */
    default void replacePoison(long start, long length, boolean protect) {
        // mapping it has done so
    }
}
