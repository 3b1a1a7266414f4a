// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The failed pages of a region, with the reason of each. Thread-safe. */
public final class PageFailures {
    /** Why a page failed. */
    public record Failure(String tier, ErrorCode cause, String detail, long sinceEpochMillis) {}

    /** A failed page. */
    public record Entry(long page, Failure failure) {}

    private final ConcurrentSkipListMap<Long, Failure> byPage = new ConcurrentSkipListMap<>();

    /** Holds none. */
    public PageFailures() {}

    /** Adds a page; false if it was there already, and then keeps the first reason. */
    boolean add(long page, Failure failure) {
        return byPage.putIfAbsent(page, failure) == null;
    }

    /** Removes a page; false if it was not there. */
    boolean remove(long page) {
        return byPage.remove(page) != null;
    }

    /** The first failed page in a range, or null. */
    public @Nullable Entry first(long page, long pages) {
        Map.Entry<Long, Failure> entry = byPage.ceilingEntry(page);
        return entry == null || entry.getKey() >= page + pages ? null : new Entry(entry.getKey(), entry.getValue());
    }

    /** Failed pages from a page on, by page, at most {@code limit}. */
    public List<Entry> from(long page, int limit) {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<Long, Failure> entry : byPage.tailMap(page).entrySet()) {
            if (entries.size() == limit) {
                break;
            }
            entries.add(new Entry(entry.getKey(), entry.getValue()));
        }
        return entries;
    }
}
