// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/**
 * Pages of one region that are stored or fetched with one call, so that a tier over a device can keep its queue full. Each entry has a
 * page number, the address of its 4096 bytes (a multiple of 4096), and a location: the one to fetch from, or the one that a store
 * answers. Filled by the core, answered by the tier. Confined to one thread; allocates nothing after construction.
 */
public final class PageBatch {
    private final long[] pages;
    private final long[] addresses;
    private final long[] locations;
    private final long[] results;
    private int size;

    /** An empty batch that can hold {@code capacity} pages. */
    public PageBatch(int capacity) {
        pages = new long[capacity];
        addresses = new long[capacity];
        locations = new long[capacity];
        results = new long[capacity];
    }

    /** The most pages this batch can hold. */
    public int capacity() {
        return pages.length;
    }

    /** How many pages it holds. */
    public int size() {
        return size;
    }

    /** Makes it empty. */
    public void clear() {
        size = 0;
    }

    /** Adds a page; {@code location} is ignored by a store. */
    public void add(long page, long location, long address) {
        pages[size] = page;
        locations[size] = location;
        addresses[size] = address;
        results[size] = 0;
        size++;
    }

    /** The page number of entry {@code i}. */
    public long page(int i) {
        return pages[i];
    }

    /** The address of the 4096 bytes of entry {@code i}. */
    public long address(int i) {
        return addresses[i];
    }

    /** The location of entry {@code i}. */
    public long location(int i) {
        return locations[i];
    }

    /** What became of entry {@code i}: a store's location or refusal; 0 or an error after a fetch. */
    public long result(int i) {
        return results[i];
    }

    /** Answers entry {@code i}. For the tier. */
    public void result(int i, long value) {
        results[i] = value;
    }

    /** Leaves only the entries whose result is negative, in their order. */
    public void keepRefused() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (results[i] < 0) {
                pages[kept] = pages[i];
                addresses[kept] = addresses[i];
                locations[kept] = locations[i];
                results[kept] = results[i];
                kept++;
            }
        }
        size = kept;
    }
}
