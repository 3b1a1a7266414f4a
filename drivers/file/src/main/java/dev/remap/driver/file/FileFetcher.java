// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.IoQueue;
import org.jspecify.annotations.Nullable;

/**
 * Gets pages back: straight into their memory, then compared with the checksum of the slot. A batch is put in the order of slots, so
 * that neighbours are one read, and up to 32 reads are under way.
 */
final class FileFetcher implements Tier.Fetcher, IoPipe.Completion {
    private final int fd;
    private final SlotChecksums checksums;
    private final @Nullable PageCipher cipher;
    private final IoPipe pipe;
    private final PageChecksum scratch = new PageChecksum(1);
    private final SortedEntries entries = new SortedEntries();
    private final int[] readStart = new int[IoPipe.DEPTH];
    private final int[] readLength = new int[IoPipe.DEPTH];
    private @Nullable PageBatch batch;
    private int batchStart;
    private volatile boolean closed;

    FileFetcher(int fd, SlotChecksums checksums, @Nullable PageCipher cipher, IoQueue queue) {
        this.fd = fd;
        this.checksums = checksums;
        this.cipher = cipher;
        pipe = new IoPipe(queue, this);
    }

    @Override
    public long fetch(long page, long location, long targetAddress) {
        if (closed) {
            return Tier.IO_ERROR;
        }
        if (!checksums.reaches(location)) {
            return Tier.CORRUPT;
        }
        return readAlone(page, location, targetAddress);
    }

    private long readAlone(long page, long slot, long target) {
        long result = PageIo.read(fd, target, RawMemory.PAGE_BYTES, slot << RawMemory.PAGE_SHIFT);
        return result < 0 ? Tier.IO_ERROR : check(page, slot, target);
    }

    private long check(long page, long slot, long target) {
        if (cipher != null && !cipher.open(page, slot, target)) {
            return Tier.CORRUPT;
        }
        return scratch.take(0, page, target) == checksums.get(slot) ? 0 : Tier.CORRUPT;
    }

    @Override
    public void fetchAll(PageBatch pages) {
        batch = pages;
        for (int from = 0; from < pages.size(); from += SortedEntries.CAPACITY) {
            fetchWindow(pages, from, Math.min(SortedEntries.CAPACITY, pages.size() - from));
        }
        batch = null;
    }

    private void fetchWindow(PageBatch pages, int from, int size) {
        batchStart = from;
        entries.clear();
        for (int i = 0; i < size; i++) {
            long location = pages.location(from + i);
            if (closed || !checksums.reaches(location)) {
                pages.result(from + i, closed ? Tier.IO_ERROR : Tier.CORRUPT);
            } else {
                entries.add(location, i);
            }
        }
        entries.sort();
        int start = 0;
        while (start < entries.size()) {
            int length = runLength(start);
            beginRead(pages, start, length);
            start += length;
        }
        pipe.drain();
    }

    private int runLength(int start) {
        int length = 1;
        while (length < IoPipe.MAX_RUN
                && start + length < entries.size()
                && entries.key(start + length) == entries.key(start) + length) {
            length++;
        }
        return length;
    }

    private void beginRead(PageBatch pages, int start, int length) {
        int request = pipe.begin();
        readStart[request] = start;
        readLength[request] = length;
        for (int i = start; i < start + length; i++) {
            pipe.range(request, pages.address(batchStart + entries.index(i)), RawMemory.PAGE_BYTES);
        }
        pipe.read(request, fd, entries.key(start) << RawMemory.PAGE_SHIFT);
    }

    @Override
    public void completed(int request, long result) {
        PageBatch pages = batch;
        if (pages == null) {
            return;
        }
        int start = readStart[request];
        int length = readLength[request];
        boolean whole = result == (long) length * RawMemory.PAGE_BYTES;
        for (int i = start; i < start + length; i++) {
            int entry = batchStart + entries.index(i);
            long page = pages.page(entry);
            long slot = entries.key(i);
            long target = pages.address(entry);
            pages.result(entry, whole ? check(page, slot, target) : readAlone(page, slot, target));
        }
    }

    /** The file is about to be closed; the core has seen to it that no fetch is under way. */
    void close() {
        closed = true;
        pipe.close();
    }
}
