// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.FileStat;
import dev.remap.linux.IoQueue;

/**
 * Gets pages of existing files. A batch is put in the order of pages, so that neighbours are one read, and up to 32 reads are under way;
 * then each file that was read is looked at once. Locations are ignored.
 */
final class ExistingFetcher implements Tier.Fetcher, IoPipe.Completion {
    private final ExistingFiles files;
    private final IoPipe pipe;
    private final FileStat stat = new FileStat();
    private final ExistingBatch window = new ExistingBatch();
    private final int[] readStart = new int[IoPipe.DEPTH];
    private final int[] readLength = new int[IoPipe.DEPTH];
    private volatile boolean closed;

    ExistingFetcher(ExistingFiles files, IoQueue queue) {
        this.files = files;
        pipe = new IoPipe(queue, this);
    }

    @Override
    public long fetch(long page, long location, long targetAddress) {
        AttachedFile file = closed ? null : files.find(page);
        if (file == null) {
            return Tier.IO_ERROR;
        }
        long result = 0;
        if (file.isDirect()) {
            int length = file.bytesOf(page);
            long got = PageIo.readOnce(file.fdForPages(), targetAddress, file.offset(page));
            if (got >= length) {
                RawMemory.zero(targetAddress + length, RawMemory.PAGE_BYTES - length);
            } else {
                result = file.readBuffered(page, targetAddress);
            }
        } else {
            result = file.readBuffered(page, targetAddress);
        }
        long look = file.look(stat);
        return look < 0 ? look : result;
    }

    @Override
    public void fetchAll(PageBatch batch) {
        if (closed) {
            for (int i = 0; i < batch.size(); i++) {
                batch.result(i, Tier.IO_ERROR);
            }
            return;
        }
        for (int from = 0; from < batch.size(); ) {
            from += window.take(batch, from, files);
            fetchWindow();
        }
    }

    private void fetchWindow() {
        for (int i = 0, end; i < window.size(); i = end) {
            end = window.endOfFile(i);
            AttachedFile file = window.file(i);
            if (file != null) {
                beginReads(file, i, end);
            }
        }
        pipe.drain();
        for (int i = 0, end; i < window.size(); i = end) {
            end = window.endOfFile(i);
            AttachedFile file = window.file(i);
            long look = file == null ? 0 : file.look(stat);
            if (look < 0) {
                window.results(i, end, look);
            }
        }
    }

    private void beginReads(AttachedFile file, int start, int end) {
        for (int i = start; i < end; i += window.run(i, end)) {
            int length = window.run(i, end);
            int request = pipe.begin();
            readStart[request] = i;
            readLength[request] = length;
            for (int at = i; at < i + length; at++) {
                pipe.range(request, window.address(at), RawMemory.PAGE_BYTES);
            }
            pipe.read(request, file.fdForPages(), file.offset(window.page(i)));
        }
    }

    /** Whole pages are read also where only some bytes are the file's: the rest is made zeros. */
    @Override
    public void completed(int request, long result) {
        int start = readStart[request];
        int end = start + readLength[request];
        AttachedFile file = window.file(start);
        if (file == null) {
            return;
        }
        int lastBytes = file.bytesOf(window.page(end - 1));
        if (result >= (end - start - 1L) * RawMemory.PAGE_BYTES + lastBytes) {
            RawMemory.zero(window.address(end - 1) + lastBytes, RawMemory.PAGE_BYTES - lastBytes);
            return;
        }
        for (int i = start; i < end; i++) {
            window.result(i, file.readBuffered(window.page(i), window.address(i)));
        }
    }

    /** The files are about to be closed; the core has seen to it that no fetch is under way. */
    void close() {
        closed = true;
        pipe.close();
    }
}
