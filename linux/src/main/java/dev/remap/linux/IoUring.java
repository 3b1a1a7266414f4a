// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/**
 * A pair of rings shared with the kernel: {@code linux/io_uring.h}, Linux 5.1, with IORING_OP_READ and IORING_OP_WRITE of Linux 5.6.
 *
 * <pre>
 * submission ring   tail: written here, release, after the entry      head: written by the kernel; read with acquire
 * completion ring   tail: written by the kernel; read with acquire    head: written here, release, after the entry was read
 * </pre>
 *
 * The rings are not bound to a thread: another may close them, or use them from then on.
 */
public final class IoUring implements IoQueue {

    /** {@code struct io_uring_params}. */
    private static final int PARAMS_BYTES = 120;

    private static final int SQ_ENTRIES = 0;
    private static final int CQ_ENTRIES = 4;
    private static final int FLAGS = 8;
    private static final int FEATURES = 20;
    private static final int SQ_OFF_HEAD = 40;
    private static final int SQ_OFF_TAIL = 44;
    private static final int SQ_OFF_MASK = 48;
    private static final int SQ_OFF_ARRAY = 64;
    private static final int CQ_OFF_HEAD = 80;
    private static final int CQ_OFF_TAIL = 84;
    private static final int CQ_OFF_MASK = 88;
    private static final int CQ_OFF_CQES = 100;

    /** No interrupt to run completions: this thread asks for them. Linux 5.19. */
    private static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;

    private static final int IORING_FEAT_SINGLE_MMAP = 1;
    private static final long IORING_OFF_SQ_RING = 0;
    private static final long IORING_OFF_CQ_RING = 0x8000000L;
    private static final long IORING_OFF_SQES = 0x10000000L;
    private static final int IORING_ENTER_GETEVENTS = 1;

    private static final byte IORING_OP_READV = 1;
    private static final byte IORING_OP_WRITEV = 2;
    private static final byte IORING_OP_POLL_ADD = 6;
    private static final byte IORING_OP_CLOSE = 19;
    private static final byte IORING_OP_READ = 22;
    private static final byte IORING_OP_WRITE = 23;
    private static final byte IORING_OP_FTRUNCATE = 55;

    private static final byte IOSQE_IO_LINK = 1 << 2;
    private static final byte IOSQE_IO_HARDLINK = 1 << 3;

    private static final int SQE_BYTES = 64;
    private static final int SQE_FLAGS = 1;
    private static final int SQE_FD = 4;
    private static final int SQE_OFFSET = 8;
    private static final int SQE_ADDRESS = 16;
    private static final int SQE_LENGTH = 24;
    private static final int SQE_OP_FLAGS = 28;
    private static final int SQE_USER_DATA = 32;

    private static final int CQE_BYTES = 16;
    private static final int CQE_RESULT = 8;

    private static final int CLOSED = -1;

    private final int depth;
    private int ring = CLOSED;
    private long sqRing;
    private long sqRingBytes;
    private long cqRing;
    private long cqRingBytes;
    private long sqes;
    private long sqesBytes;
    private long sqHead;
    private long sqTail;
    private int sqMask;
    private long sqArray;
    private long cqHead;
    private long cqTail;
    private int cqMask;
    private long cqes;
    private int queued;
    private int outstanding;
    private long token;
    private long result;

    /** Rings for {@code depth} requests, 1 to 4096; {@link #open} makes them. */
    public IoUring(int depth) {
        this.depth = depth;
    }

    /** 0, or -ENOSYS (seccomp or configuration), -EPERM (sysctl kernel.io_uring_disabled), or another -errno. */
    public static long probe() {
        long fd = setup(1, 0, Scratch.current().address);
        return fd < 0 ? fd : FileIo.close((int) fd);
    }

    private static long setup(int entries, int flags, long params) {
        Native.zero(params, PARAMS_BYTES);
        Native.putInt(params + FLAGS, flags);
        return Native.retry(Syscall.IO_URING_SETUP, entries, params, 0);
    }

    @Override
    public long open() {
        long params = Scratch.current().address;
        long fd = setup(depth, IORING_SETUP_COOP_TASKRUN, params);
        if (fd == -Errno.EINVAL) {
            fd = setup(depth, 0, params);
        }
        if (fd < 0) {
            return fd;
        }
        ring = (int) fd;
        long mapped = mapRings(params);
        if (mapped < 0) {
            close();
        }
        return mapped;
    }

    private long mapRings(long params) {
        int sqEntries = Native.getInt(params + SQ_ENTRIES);
        sqRingBytes = Native.getInt(params + SQ_OFF_ARRAY) + (long) sqEntries * Integer.BYTES;
        cqRingBytes = Native.getInt(params + CQ_OFF_CQES) + (long) Native.getInt(params + CQ_ENTRIES) * CQE_BYTES;
        boolean single = (Native.getInt(params + FEATURES) & IORING_FEAT_SINGLE_MMAP) != 0;
        if (single) {
            sqRingBytes = Math.max(sqRingBytes, cqRingBytes);
            cqRingBytes = 0;
        }
        sqesBytes = (long) sqEntries * SQE_BYTES;
        int sqHeadAt = Native.getInt(params + SQ_OFF_HEAD);
        int sqTailAt = Native.getInt(params + SQ_OFF_TAIL);
        int sqMaskAt = Native.getInt(params + SQ_OFF_MASK);
        int sqArrayAt = Native.getInt(params + SQ_OFF_ARRAY);
        int cqHeadAt = Native.getInt(params + CQ_OFF_HEAD);
        int cqTailAt = Native.getInt(params + CQ_OFF_TAIL);
        int cqMaskAt = Native.getInt(params + CQ_OFF_MASK);
        int cqesAt = Native.getInt(params + CQ_OFF_CQES);
        long failure = mapAll();
        if (failure < 0) {
            return failure;
        }
        long completions = single ? sqRing : cqRing;
        sqHead = sqRing + sqHeadAt;
        sqTail = sqRing + sqTailAt;
        sqMask = Native.getInt(sqRing + sqMaskAt);
        sqArray = sqRing + sqArrayAt;
        cqHead = completions + cqHeadAt;
        cqTail = completions + cqTailAt;
        cqMask = Native.getInt(completions + cqMaskAt);
        cqes = completions + cqesAt;
        return 0;
    }

    /** Maps what has a size; an address stays 0 if its mapping fails. */
    private long mapAll() {
        long at = map(sqRingBytes, IORING_OFF_SQ_RING);
        if (at < 0) {
            return at;
        }
        sqRing = at;
        if (cqRingBytes > 0) {
            at = map(cqRingBytes, IORING_OFF_CQ_RING);
            if (at < 0) {
                return at;
            }
            cqRing = at;
        }
        at = map(sqesBytes, IORING_OFF_SQES);
        if (at < 0) {
            return at;
        }
        sqes = at;
        return 0;
    }

    private long map(long bytes, long offset) {
        return Mmap.map(0, bytes, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED | Mmap.MAP_POPULATE, ring, offset);
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public boolean read(int fd, long address, int length, long offset, long token) {
        return queue(IORING_OP_READ, fd, address, length, offset, token);
    }

    @Override
    public boolean write(int fd, long address, int length, long offset, long token) {
        return queue(IORING_OP_WRITE, fd, address, length, offset, token);
    }

    @Override
    public boolean readVector(int fd, long iovecs, int count, long offset, long token) {
        return queue(IORING_OP_READV, fd, iovecs, count, offset, token);
    }

    @Override
    public boolean writeVector(int fd, long iovecs, int count, long offset, long token) {
        return queue(IORING_OP_WRITEV, fd, iovecs, count, offset, token);
    }

    /**
     * Queues a wait for input or the hang-up of the other end of a descriptor.
     *
     * @param link whether what is queued next begins only once this has completed, and is cancelled if this fails
     */
    boolean poll(int fd, boolean link, long userData) {
        int entry = queued();
        if (!queue(IORING_OP_POLL_ADD, fd, 0, 0, 0, userData)) {
            return false;
        }
        Native.putInt(sqe(entry) + SQE_OP_FLAGS, Poll.POLLIN);
        Native.putByte(sqe(entry) + SQE_FLAGS, link ? IOSQE_IO_LINK : 0);
        return true;
    }

    /** Queues a cut of a file to zero bytes, after which what is queued next begins, also if this fails. Linux 6.9. */
    boolean cut(int fd, long userData) {
        int entry = queued();
        if (!queue(IORING_OP_FTRUNCATE, fd, 0, 0, 0, userData)) {
            return false;
        }
        Native.putByte(sqe(entry) + SQE_FLAGS, IOSQE_IO_HARDLINK);
        return true;
    }

    /** Queues the closing of a descriptor. */
    boolean closeFd(int fd, long userData) {
        return queue(IORING_OP_CLOSE, fd, 0, 0, 0, userData);
    }

    private int queued() {
        return Native.getInt(sqTail) & sqMask;
    }

    private long sqe(int entry) {
        return sqes + (long) entry * SQE_BYTES;
    }

    private boolean queue(byte operation, int fd, long address, int length, long offset, long userData) {
        if (outstanding == depth) {
            return false;
        }
        int tail = Native.getInt(sqTail);
        int index = tail & sqMask;
        long sqe = sqes + (long) index * SQE_BYTES;
        Native.zero(sqe, SQE_BYTES);
        Native.putByte(sqe, operation);
        Native.putInt(sqe + SQE_FD, fd);
        Native.putLong(sqe + SQE_OFFSET, offset);
        Native.putLong(sqe + SQE_ADDRESS, address);
        Native.putInt(sqe + SQE_LENGTH, length);
        Native.putLong(sqe + SQE_USER_DATA, userData);
        Native.putInt(sqArray + (long) index * Integer.BYTES, index);
        Native.putIntRelease(sqTail, tail + 1);
        queued++;
        outstanding++;
        return true;
    }

    @Override
    public long submit(int completions) {
        int wanted = Math.min(completions, outstanding);
        while (true) {
            int ready = Native.getIntAcquire(cqTail) - Native.getInt(cqHead);
            boolean waits = ready < wanted;
            if (queued == 0 && !waits) {
                return ready;
            }
            // Waits only if all that was queued was taken; else it returns at once, and the loop goes on.
            int flags = waits ? IORING_ENTER_GETEVENTS : 0;
            long taken = Native.retry(Syscall.IO_URING_ENTER, ring, queued, waits ? wanted : 0, flags, 0, 0);
            if (taken < 0) {
                return taken;
            }
            if (taken == 0 && queued > 0) {
                return -Errno.EAGAIN;
            }
            queued -= (int) taken;
        }
    }

    /** The kernel takes entries only while it is called: those between its head and our tail are still ours. */
    @Override
    public int dropQueued() {
        int dropped = queued;
        Native.putIntRelease(sqTail, Native.getIntAcquire(sqHead));
        queued = 0;
        outstanding -= dropped;
        return dropped;
    }

    @Override
    public boolean next() {
        int head = Native.getInt(cqHead);
        if (head == Native.getIntAcquire(cqTail)) {
            return false;
        }
        long cqe = cqes + (long) (head & cqMask) * CQE_BYTES;
        token = Native.getLong(cqe);
        result = Native.getInt(cqe + CQE_RESULT);
        Native.putIntRelease(cqHead, head + 1);
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
        if (ring == CLOSED) {
            return;
        }
        unmap(sqes, sqesBytes);
        unmap(cqRing, cqRingBytes);
        unmap(sqRing, sqRingBytes);
        sqes = 0;
        cqRing = 0;
        sqRing = 0;
        FileIo.close(ring);
        ring = CLOSED;
    }

    private static void unmap(long address, long bytes) {
        if (address != 0) {
            Mmap.unmap(address, bytes);
        }
    }
}
