// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/**
 * One region's memory on one driver: slots for pages of 4096 bytes, named by <em>locations</em>.
 *
 * <p><b>Threads.</b> {@link #store}, {@link #free}, {@link #compact} and {@link #close} are called by one thread at a time (the
 * reclaim agent). {@link Fetcher}s run on other threads beside it. The core guarantees that a location which is being fetched is
 * neither freed nor successfully {@linkplain Relocation relocated} before the fetch has returned.
 *
 * <p><b>Results.</b> Calls on pages answer a number: not negative on success, else one of the constants here. They do not throw for
 * operating errors and, once warm, allocate nothing.
 */
public interface Tier extends AutoCloseable {
    /** Locations are below this: they must fit 40 bits of the page word. */
    long LOCATION_LIMIT = 1L << 40;

    /** {@link #store}: this tier, or the DRAM budget it is charged to, has no room for the page; it stays where it is. */
    long NO_CAPACITY = -1;

    /** {@link #store}: the page does not get smaller here, so storing it would gain nothing. */
    long INCOMPRESSIBLE = -2;

    /** {@link Fetcher#fetch}: what is stored is not what was stored (checksum, owner or length do not match). */
    long CORRUPT = -3;

    /** The memory or device answered with an error. */
    long IO_ERROR = -4;

    /** The file below was changed by somebody else. */
    long STALE = -5;

    /**
     * Stores a page. Blocks for as long as the memory takes.
     *
     * @param page the page's number in its region, kept with the bytes so that a mixed-up slot is found out
     * @param sourceAddress the address of the page's 4096 bytes, stable during the call
     * @return the location, from 0 to below {@link #LOCATION_LIMIT}, or {@link #NO_CAPACITY}, {@link #INCOMPRESSIBLE},
     *     {@link #IO_ERROR}
     */
    long store(long page, long sourceAddress);

    /**
     * Stores pages, each of which gets a {@linkplain PageBatch#result result} of its own, as {@link #store} answers it. Blocks until the
     * memory has them all: a location that was answered can be fetched. A tier over a device writes neighbours together here.
     */
    default void storeAll(PageBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            batch.result(i, store(batch.page(i), batch.address(i)));
        }
    }

    /** Frees a location that no page names any more. Never fails; the memory may be given back later, by {@link #compact}. */
    void free(long location);

    /** A fetcher for one more thread. Closed with the tier. */
    Fetcher newFetcher();

    /**
     * Moves stored bytes together and gives memory back where that is worth it. Bounded: returns after about
     * {@code budgetNs} nanoseconds, to be called again.
     *
     * @return the bytes given back
     */
    long compact(long budgetNs);

    /**
     * After a takeover: what a former manager stored for {@code page} at {@code location}, in memory that was {@linkplain DescriptorStore
     * kept}, is this tier's from now on, and charged. Called once for each page whose word names this tier, before any other call but
     * {@link #usage}; {@link #adopted} ends the series.
     *
     * @return false if nothing was kept, or it cannot be a location of it: the page is lost
     */
    default boolean adopt(long page, long location) {
        return false;
    }

    /** Ends a series of {@link #adopt}: all other locations are free, and memory that only they occupied is given back, now or later. */
    default void adopted() {}

    /** What is stored at the moment. Thread-safe; the figures may be of slightly different moments. */
    TierUsage usage();

    /** Releases everything, stored pages included. Uncharges what was charged. */
    @Override
    void close();

    /** Gets pages back. Confined to one thread. */
    interface Fetcher {
        /**
         * Copies the page stored at {@code location} to 4096 bytes at {@code targetAddress}, after checking that they are what
         * {@link Tier#store} was given for {@code page}. The location stays valid.
         *
         * @return 0, or {@link Tier#CORRUPT}, {@link Tier#IO_ERROR}; then the bytes at the target are undefined
         */
        long fetch(long page, long location, long targetAddress);

        /**
         * Fetches pages, each of which gets a {@linkplain PageBatch#result result} of its own, as {@link #fetch} answers it. A tier over
         * a device keeps many reads under way at once here.
         */
        default void fetchAll(PageBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                batch.result(i, fetch(batch.page(i), batch.location(i), batch.address(i)));
            }
        }
    }
}
