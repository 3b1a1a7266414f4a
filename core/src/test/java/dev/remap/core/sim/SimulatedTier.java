// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import dev.remap.driver.PageAccount;
import dev.remap.driver.Relocation;
import dev.remap.driver.Tier;
import dev.remap.driver.TierUsage;
import dev.remap.linux.Mmap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A tier on the heap that can be full, corrupt and slow, and that watches its caller: a location freed twice, fetched when free, or freed
 * while it is fetched is a bug of the core's and fails {@link #check}.
 */
public final class SimulatedTier implements Tier {
    /** Pages that share one page of DRAM, in a tier that uses it. */
    private static final int PAGES_PER_CHARGE = 4;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stored(long page, byte[] bytes) {}

    private final NavigableMap<Long, Stored> slots = new TreeMap<>();
    private final Map<Long, Integer> fetching = new TreeMap<>();
    private final Set<Long> corrupt = new HashSet<>();
    private final Set<Long> adopted = new HashSet<>();
    private final Set<String> problems = new HashSet<>();
    private @Nullable PageAccount dram;
    private @Nullable Relocation relocation;
    private long capacityPages = Long.MAX_VALUE;
    private long refuseWith;
    private long fetchError = CORRUPT;
    private long fetchDelayNs;
    private long nextLocation;
    private long charged;
    private int stores;
    private int compactions;
    private @Nullable Runnable beforeStore;
    private @Nullable Runnable beforeFetch;

    /** Charges a quarter of what is stored. */
    public void useDram(PageAccount account) {
        dram = account;
    }

    /** Makes {@link #compact} move slots. */
    public void relocate(Relocation value) {
        relocation = value;
    }

    public synchronized void capacity(long pages) {
        capacityPages = pages;
    }

    /** Answers every store with an error; 0 ends that. */
    public synchronized void refuseWith(long error) {
        refuseWith = error;
    }

    public void fetchDelayNs(long ns) {
        fetchDelayNs = ns;
    }

    /** Makes fetches of what is now stored for a page fail. */
    public synchronized void corrupt(long page, long error) {
        fetchError = error;
        slots.forEach((location, stored) -> {
            if (stored.page == page) {
                corrupt.add(location);
            }
        });
    }

    public synchronized void heal() {
        corrupt.clear();
    }

    /** Runs something once, during the next fetch. */
    public void beforeFetch(Runnable hook) {
        beforeFetch = hook;
    }

    /** Runs something once, before the next store. */
    public void beforeStore(Runnable hook) {
        beforeStore = hook;
    }

    /** Stores that succeeded. */
    public synchronized int stores() {
        return stores;
    }

    /** Locations in use with their pages. */
    public synchronized Map<Long, Long> contents() {
        Map<Long, Long> contents = new TreeMap<>();
        slots.forEach((location, stored) -> contents.put(location, stored.page));
        return contents;
    }

    /** What the core did wrong; empty if nothing. */
    public synchronized Set<String> check() {
        return Set.copyOf(problems);
    }

    @Override
    public long store(long page, long sourceAddress) {
        Runnable hook = beforeStore;
        if (hook != null) {
            beforeStore = null;
            hook.run();
        }
        return keep(page, sourceAddress);
    }

    private synchronized long keep(long page, long sourceAddress) {
        if (refuseWith < 0) {
            return refuseWith;
        }
        if (slots.size() >= capacityPages || !charge(slots.size() + 1)) {
            return NO_CAPACITY;
        }
        byte[] bytes = Mmap.segment(sourceAddress, SimulatedKernel.PAGE).toArray(ValueLayout.JAVA_BYTE);
        slots.put(nextLocation, new Stored(page, bytes));
        stores++;
        return nextLocation++;
    }

    private boolean charge(long pages) {
        long needed = (pages + PAGES_PER_CHARGE - 1) / PAGES_PER_CHARGE;
        if (dram == null || needed == charged) {
            return true;
        }
        if (needed > charged && !dram.tryCharge(needed - charged)) {
            return false;
        }
        if (needed < charged) {
            dram.uncharge(charged - needed);
        }
        charged = needed;
        return true;
    }

    /** Loses everything, as memory does that ends with its manager. */
    public synchronized void forgetAll() {
        slots.clear();
    }

    @Override
    public synchronized boolean adopt(long page, long location) {
        Stored stored = slots.get(location);
        return stored != null && stored.page == page && adopted.add(location);
    }

    @Override
    public synchronized void adopted() {
        slots.keySet().retainAll(adopted);
        adopted.clear();
    }

    @Override
    public synchronized void free(long location) {
        if (fetching.containsKey(location)) {
            problems.add("location " + location + " freed while it is fetched");
        }
        if (slots.remove(location) == null) {
            problems.add("location " + location + " freed twice");
        }
        charge(slots.size());
    }

    @Override
    public Fetcher newFetcher() {
        return (page, location, target) -> {
            Stored stored = beginFetch(page, location);
            if (fetchDelayNs > 0) {
                LockSupport.parkNanos(fetchDelayNs);
            }
            Runnable hook = beforeFetch;
            if (hook != null) {
                beforeFetch = null;
                hook.run();
            }
            return endFetch(stored, location, target);
        };
    }

    private synchronized @Nullable Stored beginFetch(long page, long location) {
        fetching.merge(location, 1, Integer::sum);
        Stored stored = slots.get(location);
        if (stored == null || stored.page != page) {
            problems.add("location " + location + " fetched for page " + page + " but holds " + stored);
        }
        return stored;
    }

    private synchronized long endFetch(@Nullable Stored stored, long location, long target) {
        fetching.computeIfPresent(location, (l, count) -> count == 1 ? null : count - 1);
        if (stored == null || corrupt.contains(location)) {
            return fetchError;
        }
        Mmap.segment(target, SimulatedKernel.PAGE).copyFrom(MemorySegment.ofArray(stored.bytes));
        return 0;
    }

    /** Moves some of the oldest slots to new locations. */
    @Override
    public long compact(long budgetNs) {
        compactions++;
        if (relocation != null) {
            for (int i = 0; i < 4; i++) {
                moveOldest();
            }
        }
        return 0;
    }

    /** How often the core has had it compact. For the thread that does. */
    public int compactions() {
        return compactions;
    }

    private void moveOldest() {
        Map.Entry<Long, Stored> oldest;
        long to;
        synchronized (this) {
            oldest = slots.firstEntry();
            if (oldest == null || relocation == null) {
                return;
            }
            to = nextLocation++;
            slots.put(to, oldest.getValue());
        }
        long from = oldest.getKey();
        boolean moved = relocation.relocate(oldest.getValue().page, from, to);
        synchronized (this) {
            if (moved && fetching.containsKey(from)) {
                problems.add("location " + from + " relocated while it is fetched");
            }
            slots.remove(moved ? from : to);
        }
    }

    @Override
    public synchronized TierUsage usage() {
        long bytes = slots.size() * (long) SimulatedKernel.PAGE;
        return new TierUsage(slots.size(), bytes / PAGES_PER_CHARGE, charged * SimulatedKernel.PAGE, 0, 0);
    }

    @Override
    public synchronized void close() {
        slots.clear();
        charge(0);
    }
}
