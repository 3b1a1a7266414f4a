// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** Where the kernel has no other way: requests are carried out one after the other as they are submitted, {@code unistd.h}. */
public final class BlockingIo implements IoQueue {

    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int READ_VECTOR = 2;
    private static final int WRITE_VECTOR = 3;

    private final int[] operations;
    private final int[] fds;
    private final long[] addresses;
    private final int[] lengths;
    private final long[] offsets;
    private final long[] tokens;
    private final long[] results;

    /** Entries below are done, up to {@link #end} queued. */
    private int done;

    private int taken;
    private int end;
    private long token;
    private long result;

    /** A queue of {@code depth} requests. */
    public BlockingIo(int depth) {
        operations = new int[depth];
        fds = new int[depth];
        addresses = new long[depth];
        lengths = new int[depth];
        offsets = new long[depth];
        tokens = new long[depth];
        results = new long[depth];
    }

    /** 0: it has nothing to open. */
    @Override
    public long open() {
        return 0;
    }

    @Override
    public int depth() {
        return tokens.length;
    }

    @Override
    public boolean read(int fd, long address, int length, long offset, long token) {
        return queue(READ, fd, address, length, offset, token);
    }

    @Override
    public boolean write(int fd, long address, int length, long offset, long token) {
        return queue(WRITE, fd, address, length, offset, token);
    }

    @Override
    public boolean readVector(int fd, long iovecs, int count, long offset, long token) {
        return queue(READ_VECTOR, fd, iovecs, count, offset, token);
    }

    @Override
    public boolean writeVector(int fd, long iovecs, int count, long offset, long token) {
        return queue(WRITE_VECTOR, fd, iovecs, count, offset, token);
    }

    private boolean queue(int operation, int fd, long address, int length, long offset, long token) {
        if (end == tokens.length && !moveToFront()) {
            return false;
        }
        operations[end] = operation;
        fds[end] = fd;
        addresses[end] = address;
        lengths[end] = length;
        offsets[end] = offset;
        tokens[end] = token;
        end++;
        return true;
    }

    /** Makes room of the entries that were taken; false if there are none. */
    private boolean moveToFront() {
        if (taken == 0) {
            return false;
        }
        int left = end - taken;
        System.arraycopy(operations, taken, operations, 0, left);
        System.arraycopy(fds, taken, fds, 0, left);
        System.arraycopy(addresses, taken, addresses, 0, left);
        System.arraycopy(lengths, taken, lengths, 0, left);
        System.arraycopy(offsets, taken, offsets, 0, left);
        System.arraycopy(tokens, taken, tokens, 0, left);
        System.arraycopy(results, taken, results, 0, left);
        done -= taken;
        end = left;
        taken = 0;
        return true;
    }

    @Override
    public long submit(int completions) {
        for (; done < end; done++) {
            results[done] = carryOut(done);
        }
        return (long) done - taken;
    }

    private long carryOut(int i) {
        return switch (operations[i]) {
            case READ -> FileIo.pread(fds[i], addresses[i], lengths[i], offsets[i]);
            case WRITE -> FileIo.pwrite(fds[i], addresses[i], lengths[i], offsets[i]);
            case READ_VECTOR -> FileIo.preadv(fds[i], addresses[i], lengths[i], offsets[i]);
            default -> FileIo.pwritev(fds[i], addresses[i], lengths[i], offsets[i]);
        };
    }

    @Override
    public int dropQueued() {
        int dropped = end - done;
        end = done;
        return dropped;
    }

    @Override
    public boolean next() {
        if (taken == done) {
            return false;
        }
        token = tokens[taken];
        result = results[taken];
        taken++;
        return true;
    }

    @Override
    public long token() {
        return token;
    }

    @Override
    public long result() {
        return result;
    }

    @Override
    public int outstanding() {
        return end - taken;
    }

    /** Nothing to close. */
    @Override
    public void close() {
        dropQueued();
    }
}
