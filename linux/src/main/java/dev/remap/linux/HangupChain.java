// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import org.jspecify.annotations.Nullable;

/**
 * What the kernel does by itself when the other end of a pipe is closed for the last time: cuts files to zero bytes, one after the other,
 * and then closes a descriptor. Whatever the threads of this process are doing, as long as the one that armed the chain exists.
 *
 * <p>A chain of io_uring requests: a poll of the pipe, truncations, a close ({@code linux/io_uring.h}; IORING_OP_FTRUNCATE is of Linux
 * 6.9). Descriptors are looked up when their turn comes, so none may be closed while the chain is armed. {@link #wake} may come from any
 * thread, everything else is for the one that arms.
 */
public final class HangupChain implements AutoCloseable {
    private static final long WOKEN = 1;
    private static final long LINK = 2;
    private static final long LAST = 3;
    private static final int MOST_CUTS = 16_000;

    private final int wakeFd;
    private final IoUring ring;

    private HangupChain(int wakeFd, IoUring ring) {
        this.wakeFd = wakeFd;
        this.ring = ring;
    }

    /** 0 if the kernel can do it and lets this process; else -errno. */
    public static long probe() {
        long memfd = Memfd.createSized("remap-probe", Mmap.PAGE_SIZE);
        if (memfd < 0) {
            return memfd;
        }
        IoUring ring = new IoUring(2);
        try {
            long opened = ring.open();
            if (opened < 0) {
                return opened;
            }
            ring.cut((int) memfd, LINK);
            long submitted = ring.submit(1);
            if (submitted < 0 || !ring.next()) {
                return Math.min(submitted, -Errno.EIO);
            }
            return ring.result();
        } finally {
            ring.close();
            FileIo.close((int) memfd);
        }
    }

    /**
     * Queues the chain, which {@link #await} arms; null if the kernel refuses.
     *
     * @param pipe the read end
     * @param files what is cut, in this order
     * @param closed what is closed afterwards
     */
    public static @Nullable HangupChain prepare(int pipe, int[] files, int closed) {
        if (files.length > MOST_CUTS) {
            return null;
        }
        long wake = EventFd.create();
        if (wake < 0) {
            return null;
        }
        IoUring ring = new IoUring(files.length + 3);
        if (ring.open() < 0) {
            FileIo.close((int) wake);
            return null;
        }
        HangupChain chain = new HangupChain((int) wake, ring);
        boolean queued = ring.poll((int) wake, false, WOKEN) && ring.poll(pipe, true, LINK);
        for (int file : files) {
            queued = queued && ring.cut(file, LINK);
        }
        if (!queued || !ring.closeFd(closed, LAST)) {
            chain.close();
            return null;
        }
        return chain;
    }

    /** Submits the chain, without waiting; 0 or -errno. */
    public long arm() {
        return Math.min(0, ring.submit(0));
    }

    /** Waits until the chain has been carried out, which it answers with 1, or until {@link #wake}: 0; or -errno. */
    public long await() {
        while (true) {
            long submitted = ring.submit(1);
            if (submitted < 0) {
                return submitted;
            }
            boolean woken = false;
            while (ring.next()) {
                if (ring.token() == LAST && ring.result() != -Errno.ECANCELED) {
                    return 1;
                }
                woken |= ring.token() == WOKEN;
            }
            if (woken) {
                return 0;
            }
        }
    }

    /** Has {@link #await} return. */
    public void wake() {
        EventFd.signal(wakeFd);
    }

    /** Disarms the chain, if it has not begun. */
    @Override
    public void close() {
        ring.close();
        FileIo.close(wakeFd);
    }
}
