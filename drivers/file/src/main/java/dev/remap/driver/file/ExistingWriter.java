// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.FileStat;
import dev.remap.linux.IoQueue;

/** Writes pages of existing files to their places, neighbours together, up to 32 writes under way. One batch at a time. */
final class ExistingWriter implements IoPipe.Completion {
    private final ExistingFiles files;
    private final IoPipe pipe;
    private final FileStat stat = new FileStat();
    private final ExistingBatch window = new ExistingBatch();
    private final boolean[] begun = new boolean[SortedEntries.CAPACITY];
    private final int[] writeStart = new int[IoPipe.DEPTH];
    private final int[] writeLength = new int[IoPipe.DEPTH];
    private boolean closed;

    ExistingWriter(ExistingFiles files, IoQueue queue) {
        this.files = files;
        pipe = new IoPipe(queue, this);
    }

    synchronized void storeAll(PageBatch batch) {
        for (int from = 0; from < batch.size(); ) {
            from += window.take(batch, from, files);
            storeWindow();
        }
    }

    private void storeWindow() {
        for (int i = 0, end; i < window.size(); i = end) {
            end = window.endOfFile(i);
            AttachedFile file = window.file(i);
            begun[i] = file != null && tryBegin(file, i, end);
            if (file != null && begun[i]) {
                beginWrites(file, i, end);
            }
        }
        pipe.drain();
        for (int i = 0, end; i < window.size(); i = end) {
            end = window.endOfFile(i);
            AttachedFile file = window.file(i);
            long look = file != null && begun[i] ? file.endStore(stat) : 0;
            if (look < 0) {
                window.results(i, end, look);
            }
        }
    }

    private boolean tryBegin(AttachedFile file, int start, int end) {
        if (closed) {
            window.results(start, end, Tier.IO_ERROR);
            return false;
        }
        if (!file.isWritable()) {
            window.results(start, end, 0);
            return false;
        }
        long look = file.tryBeginStore(stat);
        if (look < 0) {
            window.results(start, end, look);
        }
        return look == 0;
    }

    /** A last page of fewer bytes is written alone: it must not make the file longer. */
    private void beginWrites(AttachedFile file, int start, int end) {
        int wholeEnd = end;
        while (wholeEnd > start && file.bytesOf(window.page(wholeEnd - 1)) < RawMemory.PAGE_BYTES) {
            wholeEnd--;
            window.result(wholeEnd, file.writeBuffered(window.page(wholeEnd), window.address(wholeEnd)));
        }
        for (int i = start; i < wholeEnd; i += window.run(i, wholeEnd)) {
            int length = window.run(i, wholeEnd);
            int request = pipe.begin();
            writeStart[request] = i;
            writeLength[request] = length;
            for (int at = i; at < i + length; at++) {
                pipe.range(request, window.address(at), RawMemory.PAGE_BYTES);
            }
            pipe.write(request, file.fdForPages(), file.offset(window.page(i)));
        }
    }

    @Override
    public void completed(int request, long result) {
        int start = writeStart[request];
        int end = start + writeLength[request];
        AttachedFile file = window.file(start);
        if (file == null || result == (long) (end - start) * RawMemory.PAGE_BYTES) {
            return;
        }
        for (int i = start; i < end; i++) {
            window.result(i, file.writeBuffered(window.page(i), window.address(i)));
        }
    }

    synchronized void close() {
        closed = true;
        pipe.close();
    }
}
