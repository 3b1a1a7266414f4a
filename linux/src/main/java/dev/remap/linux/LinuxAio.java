// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/**
 * Linux's older asynchronous input and output: {@code linux/aio_abi.h}, Linux 2.5. Only reads and writes with O_DIRECT are under way
 * beside each other; others are carried out as they are submitted. How many contexts there may be is limited by {@code fs.aio-max-nr}.
 */
public final class LinuxAio implements IoQueue {

    private static final int IOCB_BYTES = 64;
    private static final int IOCB_OPCODE = 16;
    private static final int IOCB_FD = 20;
    private static final int IOCB_BUFFER = 24;
    private static final int IOCB_LENGTH = 32;
    private static final int IOCB_OFFSET = 40;

    private static final short IOCB_CMD_PREAD = 0;
    private static final short IOCB_CMD_PWRITE = 1;
    private static final short IOCB_CMD_PREADV = 7;
    private static final short IOCB_CMD_PWRITEV = 8;

    private static final int EVENT_BYTES = 32;
    private static final int EVENT_RESULT = 16;

    private final int depth;
    private final long blockBytes;
    private long block;
    private long context;
    private int queued;
    private int outstanding;
    private int ready;
    private int taken;
    private long token;
    private long result;

    /** A context for {@code depth} requests; {@link #open} makes it. */
    public LinuxAio(int depth) {
        this.depth = depth;
        blockBytes = (long) depth * (IOCB_BYTES + Long.BYTES + EVENT_BYTES);
    }

    /** 0, -EAGAIN (fs.aio-max-nr is used up), -ENOSYS (built without, or seccomp), or another -errno. */
    @Override
    public long open() {
        long at =
                Mmap.map(0, blockBytes, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_PRIVATE | Mmap.MAP_ANONYMOUS, -1, 0);
        if (at < 0) {
            return at;
        }
        Native.putLong(at, 0);
        long made = Native.retry(Syscall.IO_SETUP, depth, at, 0);
        if (made < 0) {
            Mmap.unmap(at, blockBytes);
            return made;
        }
        context = Native.getLong(at);
        block = at;
        return 0;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public boolean read(int fd, long address, int length, long offset, long token) {
        return queue(IOCB_CMD_PREAD, fd, address, length, offset, token);
    }

    @Override
    public boolean write(int fd, long address, int length, long offset, long token) {
        return queue(IOCB_CMD_PWRITE, fd, address, length, offset, token);
    }

    @Override
    public boolean readVector(int fd, long iovecs, int count, long offset, long token) {
        return queue(IOCB_CMD_PREADV, fd, iovecs, count, offset, token);
    }

    @Override
    public boolean writeVector(int fd, long iovecs, int count, long offset, long token) {
        return queue(IOCB_CMD_PWRITEV, fd, iovecs, count, offset, token);
    }

    private boolean queue(short operation, int fd, long address, int length, long offset, long data) {
        if (outstanding == depth) {
            return false;
        }
        long iocb = block + (long) queued * IOCB_BYTES;
        Native.zero(iocb, IOCB_BYTES);
        Native.putLong(iocb, data);
        Native.putShort(iocb + IOCB_OPCODE, operation);
        Native.putInt(iocb + IOCB_FD, fd);
        Native.putLong(iocb + IOCB_BUFFER, address);
        Native.putLong(iocb + IOCB_LENGTH, length);
        Native.putLong(iocb + IOCB_OFFSET, offset);
        Native.putLong(pointers() + (long) queued * Long.BYTES, iocb);
        queued++;
        outstanding++;
        return true;
    }

    /** The kernel copies iocbs as it takes them, so that each submission can start at the first again. */
    @Override
    public long submit(int completions) {
        long failure = submitQueued();
        if (failure < 0) {
            return failure;
        }
        int wanted = Math.min(completions, outstanding);
        compactEvents();
        while (ready < wanted) {
            long at = events() + (long) ready * EVENT_BYTES;
            long got = Native.retry(Syscall.IO_GETEVENTS, context, wanted - ready, depth - ready, at, 0, 0);
            if (got < 0) {
                return got;
            }
            ready += (int) got;
        }
        return ready;
    }

    private long submitQueued() {
        int done = 0;
        long failure = 0;
        while (done < queued && failure >= 0) {
            long pointers = pointers() + (long) done * Long.BYTES;
            long accepted = Native.retry(Syscall.IO_SUBMIT, context, queued - done, pointers);
            failure = accepted == 0 ? -Errno.EAGAIN : accepted;
            done += (int) Math.max(0, accepted);
        }
        queued -= done;
        return failure;
    }

    /** Moves events that were not taken to the front. */
    private void compactEvents() {
        for (int i = taken; i < ready; i++) {
            long from = events() + (long) i * EVENT_BYTES;
            long to = events() + (long) (i - taken) * EVENT_BYTES;
            Native.putLong(to, Native.getLong(from));
            Native.putLong(to + EVENT_RESULT, Native.getLong(from + EVENT_RESULT));
        }
        ready -= taken;
        taken = 0;
    }

    @Override
    public int dropQueued() {
        int dropped = queued;
        queued = 0;
        outstanding -= dropped;
        return dropped;
    }

    @Override
    public boolean next() {
        if (taken == ready) {
            return false;
        }
        long event = events() + (long) taken * EVENT_BYTES;
        token = Native.getLong(event);
        result = Native.getLong(event + EVENT_RESULT);
        taken++;
        outstanding--;
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
        return outstanding;
    }

    @Override
    public void close() {
        if (block != 0) {
            Native.retry(Syscall.IO_DESTROY, context, 0, 0);
            Mmap.unmap(block, blockBytes);
            block = 0;
        }
    }

    private long pointers() {
        return block + (long) depth * IOCB_BYTES;
    }

    private long events() {
        return pointers() + (long) depth * Long.BYTES;
    }
}
