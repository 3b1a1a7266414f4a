// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.linux.BlockingIo;
import dev.remap.linux.Errno;
import dev.remap.linux.IoQueue;
import dev.remap.linux.IovecBatch;

/**
 * Up to 32 requests under way, told by numbers that are used again. The answer to each comes through {@link Completion}, out of
 * {@link #begin} or {@link #drain}. Where the kernel's queue breaks down, its requests are answered -EAGAIN and plain calls take over.
 *
 * <p>Confined to one thread at a time; allocates nothing.
 */
final class IoPipe {
    static final int DEPTH = 32;

    /** The most pages of one request. */
    static final int MAX_RUN = 32;

    /** Takes answers. It must not begin requests. */
    @FunctionalInterface
    interface Completion {
        /** {@code result}: bytes done, which can be fewer than asked for, or -errno. */
        void completed(int request, long result);
    }

    private final IovecBatch[] ranges = new IovecBatch[DEPTH];
    private final int[] free = new int[DEPTH];
    private final boolean[] busy = new boolean[DEPTH];
    private final Completion completion;
    private IoQueue queue;
    private int freeCount;

    IoPipe(IoQueue queue, Completion completion) {
        this.queue = queue;
        this.completion = completion;
        for (int i = 0; i < DEPTH; i++) {
            ranges[i] = new IovecBatch(MAX_RUN);
            free[freeCount++] = i;
        }
    }

    /** A number for one more request; waits for an answer if all are under way. A request begun is a request made. */
    int begin() {
        while (freeCount == 0) {
            take(1);
        }
        int request = free[--freeCount];
        busy[request] = true;
        ranges[request].clear();
        return request;
    }

    /** Adds memory to a request: at most {@link #MAX_RUN} ranges, neighbours counted as one. */
    void range(int request, long address, long bytes) {
        if (!ranges[request].add(address, bytes)) {
            throw new IllegalStateException("more than " + MAX_RUN + " ranges in one request");
        }
    }

    /** Reads into the request's ranges. */
    void read(int request, int fd, long offset) {
        IovecBatch range = ranges[request];
        check(queue.readVector(fd, range.address(), range.count(), offset, request));
    }

    /** Writes the request's ranges. */
    void write(int request, int fd, long offset) {
        IovecBatch range = ranges[request];
        check(queue.writeVector(fd, range.address(), range.count(), offset, request));
    }

    /** Waits for all answers. */
    void drain() {
        while (freeCount < DEPTH) {
            take(DEPTH - freeCount);
        }
    }

    void close() {
        queue.close();
    }

    private void take(int completions) {
        long ready = queue.submit(completions);
        takeCompleted();
        if (ready < 0) {
            fallBack();
        }
    }

    private void takeCompleted() {
        while (queue.next()) {
            answer((int) queue.token(), queue.result());
        }
    }

    private void answer(int request, long result) {
        busy[request] = false;
        free[freeCount++] = request;
        completion.completed(request, result);
    }

    /** What is under way writes to memory that is not ours to leave: it is awaited. */
    private void fallBack() {
        queue.dropQueued();
        while (queue.outstanding() > 0) {
            long ready = queue.submit(queue.outstanding());
            if (ready < 0) {
                throw new IllegalStateException(
                        queue.outstanding() + " requests are under way and cannot be awaited: " + Errno.name(ready));
            }
            takeCompleted();
        }
        queue.close();
        queue = new BlockingIo(DEPTH);
        for (int request = 0; request < DEPTH; request++) {
            if (busy[request]) {
                answer(request, -Errno.EAGAIN);
            }
        }
    }

    private static void check(boolean queued) {
        if (!queued) {
            throw new IllegalStateException("the queue has no room for a request that was begun");
        }
    }
}
