// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import org.jspecify.annotations.Nullable;

/** Up to 1024 entries of a batch in the order of pages, each with its file. Confined to one thread. */
final class ExistingBatch {
    private final SortedEntries entries = new SortedEntries();
    private final @Nullable AttachedFile[] files = new AttachedFile[SortedEntries.CAPACITY];
    private @Nullable PageBatch batch;
    private int from;

    /** Takes the entries from {@code start} on; how many it took. */
    int take(PageBatch pages, int start, ExistingFiles region) {
        batch = pages;
        from = start;
        int taken = Math.min(SortedEntries.CAPACITY, pages.size() - start);
        entries.clear();
        for (int i = 0; i < taken; i++) {
            entries.add(pages.page(start + i), i);
        }
        entries.sort();
        AttachedFile file = null;
        for (int i = 0; i < taken; i++) {
            if (file == null || !file.has(entries.key(i))) {
                file = region.find(entries.key(i));
            }
            files[i] = file;
            result(i, file == null ? Tier.IO_ERROR : 0);
        }
        return taken;
    }

    int size() {
        return entries.size();
    }

    long page(int i) {
        return entries.key(i);
    }

    @Nullable
    AttachedFile file(int i) {
        return files[i];
    }

    long address(int i) {
        return pages().address(from + entries.index(i));
    }

    void result(int i, long result) {
        pages().result(from + entries.index(i), result);
    }

    /** The first entry from {@code i} on that is of another file. */
    int endOfFile(int i) {
        int end = i + 1;
        while (end < size() && files[end] == files[i]) {
            end++;
        }
        return end;
    }

    /** How many entries from {@code i} to below {@code end} are pages one after the other, at most a request's. */
    int run(int i, int end) {
        int length = 1;
        while (length < IoPipe.MAX_RUN && i + length < end && page(i + length) == page(i) + length) {
            length++;
        }
        return length;
    }

    /** Answers entries from {@code i} to below {@code end}. */
    void results(int i, int end, long result) {
        for (int at = i; at < end; at++) {
            result(at, result);
        }
    }

    private PageBatch pages() {
        PageBatch pages = batch;
        if (pages == null) {
            throw new IllegalStateException("no batch was taken");
        }
        return pages;
    }
}
