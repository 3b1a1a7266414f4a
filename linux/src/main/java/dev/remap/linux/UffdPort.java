// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * The ioctls of one userfaultfd, {@code linux/userfaultfd.h}, for one thread: the port owns the argument block they share.
 *
 * <p>Addresses are those of the process that made the descriptor, except the source of {@link #copy}. Lengths are bytes,
 * multiples of the page size. Interrupted calls are repeated. A call that fills a range returns the bytes done, which can be
 * fewer than asked for (the kernel said EAGAIN part-way, or met a page it could not fill), or -errno if none were:
 *
 * <ul>
 *   <li>-EEXIST: the page is present, which does not mean that its waiters were woken: call {@link #wake};
 *   <li>-EAGAIN: the address space is changing, try again;
 *   <li>-ENOENT: the range is not inside one registered mapping;
 *   <li>-ESRCH: the process is gone.
 * </ul>
 *
 * Not thread-safe. Allocates nothing after construction.
 */
public final class UffdPort implements AutoCloseable {

    private static final long UFFDIO_REGISTER = 0xC020AA00L;
    private static final long UFFDIO_UNREGISTER = 0x8010AA01L;
    private static final long UFFDIO_WAKE = 0x8010AA02L;
    private static final long UFFDIO_COPY = 0xC028AA03L;
    private static final long UFFDIO_ZEROPAGE = 0xC020AA04L;
    private static final long UFFDIO_WRITEPROTECT = 0xC018AA06L;
    private static final long UFFDIO_CONTINUE = 0xC020AA07L;
    private static final long UFFDIO_POISON = 0xC020AA08L;

    /** Of {@code struct uffdio_copy}, the largest. */
    private static final long BLOCK_BYTES = 40;

    private final int uffd;
    private final MemorySegment block = Arena.ofAuto().allocate(BLOCK_BYTES, 8);
    private boolean closed;

    /** A port to {@code uffd}, which stays the caller's to close. */
    public UffdPort(int uffd) {
        this.uffd = uffd;
    }

    /** The descriptor. */
    public int uffd() {
        return uffd;
    }

    /** Blocks until there is a message, also where somebody made the descriptor one that does not block: 1 or -errno. */
    public long awaitReadable() {
        return Poll.awaitReadable(uffd, -1);
    }

    /** Registers a range in UFFDIO_REGISTER_MODE_* {@code mode}: 0, -EINVAL, -EPERM (no write access), -EBUSY (has another). */
    public long register(long start, long length, long mode) {
        arguments(start, length, mode, 0, 0);
        return ioctl(UFFDIO_REGISTER);
    }

    /** Ends the registration and wakes who waits in the range: 0 or -errno. */
    public long unregister(long start, long length) {
        arguments(start, length, 0, 0, 0);
        return ioctl(UFFDIO_UNREGISTER);
    }

    /** Wakes who waits in the range; they touch again. 0 or -errno, also for ranges that are not registered. */
    public long wake(long start, long length) {
        arguments(start, length, 0, 0, 0);
        return ioctl(UFFDIO_WAKE);
    }

    /** Fills absent pages from {@code source}, an address of this process. Without MODE_WP the pages lose any protection. */
    public long copy(long destination, long source, long length, long mode) {
        arguments(destination, source, length, mode, 0);
        return fill(UFFDIO_COPY, 32);
    }

    /** Fills absent pages with zeros; in shared memory each gets a page of its own. */
    public long zeropage(long start, long length, long mode) {
        arguments(start, length, mode, 0, 0);
        return fill(UFFDIO_ZEROPAGE, 24);
    }

    /** Maps pages that are in the page cache. -EFAULT for a hole, -EINVAL beyond the end of the file. */
    public long continuePages(long start, long length, long mode) {
        arguments(start, length, mode, 0, 0);
        return fill(UFFDIO_CONTINUE, 24);
    }

    /** Makes touches of unmapped pages fail with SIGBUS, until filled or discarded. Linux 6.6. */
    public long poison(long start, long length, long mode) {
        arguments(start, length, mode, 0, 0);
        return fill(UFFDIO_POISON, 24);
    }

    /** Protects (MODE_WP) or unprotects and wakes: 0 or -errno. May span mappings, all registered for WP. */
    public long writeProtect(long start, long length, long mode) {
        arguments(start, length, mode, 0, 0);
        return ioctl(UFFDIO_WRITEPROTECT);
    }

    /** Reads whole messages of {@link Userfaultfd#MSG_SIZE} bytes: bytes read; blocks, or -EAGAIN if the descriptor does not. */
    public long read(long bufferAddress, long bytes) {
        return FileIo.read(uffd, bufferAddress, bytes);
    }

    /** Ends use of this port; the descriptor stays open. The block is freed with the object: no thread is made to wait. */
    @Override
    public void close() {
        closed = true;
    }

    private void arguments(long a, long b, long c, long d, long e) {
        if (closed) {
            throw new IllegalStateException("port to userfaultfd " + uffd + " is closed");
        }
        block.set(ValueLayout.JAVA_LONG, 0, a);
        block.set(ValueLayout.JAVA_LONG, 8, b);
        block.set(ValueLayout.JAVA_LONG, 16, c);
        block.set(ValueLayout.JAVA_LONG, 24, d);
        block.set(ValueLayout.JAVA_LONG, 32, e);
    }

    private long ioctl(long request) {
        try {
            return Native.retry(Syscall.IOCTL, uffd, request, block.address());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The kernel writes the bytes done, or a negative errno, to {@code outOffset}; it may write nothing at all. */
    private long fill(long request, long outOffset) {
        long result;
        long done;
        do {
            result = Native.call(Syscall.IOCTL, uffd, request, block.address());
            done = block.get(ValueLayout.JAVA_LONG, outOffset);
            block.set(ValueLayout.JAVA_LONG, outOffset, 0);
        } while (result == -Errno.EINTR && done <= 0);
        return done > 0 ? done : result;
    }
}
