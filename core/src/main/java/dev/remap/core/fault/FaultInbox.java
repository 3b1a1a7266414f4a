// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.linux.Errno;
import dev.remap.linux.PollSet;
import dev.remap.linux.UffdMessages;
import dev.remap.linux.UffdPort;
import dev.remap.linux.Userfaultfd;
import org.jspecify.annotations.Nullable;

/** The faults that were read and not yet taken. Confined to whoever has the turn, but for {@link #batch}; allocates nothing. */
final class FaultInbox {
    private static final int MAX_FAULTS = 16;

    /** For so long after two threads have faulted by turns it is likely that one faults while another's page is fetched. */
    private static final long SHARED_NS = 100_000_000;

    private static final int STOP = 1;

    /** Also waits for the end, where there is one; else null. */
    private final @Nullable PollSet waits;

    private final long shift;
    private boolean ended;
    private final UffdMessages messages = new UffdMessages(MAX_FAULTS);
    private int count;
    private int next;
    private int current;
    private long readNs;
    private int lastThread;
    private long lastChangeNs = System.nanoTime() - SHARED_NS;
    /** Odd while there are faults to be taken. */
    private volatile long batch;

    /**
     * An inbox.
     *
     * @param stop a descriptor that becomes readable when the last fault has been read, of a userfaultfd that does not block; negative if
     *     there is no end
     * @param shift what is added to the addresses of faults
     */
    FaultInbox(int uffd, int stop, long shift) {
        waits = stop < 0 ? null : new PollSet(uffd, stop);
        this.shift = shift;
    }

    /** Whether there will be no more faults. */
    boolean hasEnded() {
        return ended;
    }

    boolean isEmpty() {
        return next == count;
    }

    /**
     * Waits for faults; only when empty. There may be none yet when it returns. The application can have made its descriptor one that does
     * not block: then this waits by itself.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    void fill(UffdPort port) {
        long got = messages.fill(port);
        if (got == -Errno.EAGAIN) {
            await(port);
        }
        if (got < 0 && got != -Errno.EAGAIN) {
            throw new IllegalStateException("read(userfaultfd): " + Errno.name(got));
        }
        count = (int) Math.max(0, got);
        next = 0;
        readNs = System.nanoTime();
        if (count > 0) {
            batch++;
        }
    }

    private void await(UffdPort port) {
        if (waits == null) {
            port.awaitReadable();
            return;
        }
        waits.await(-1);
        ended = waits.readable(STOP) || waits.hangup(STOP);
    }

    /** Moves on to the next fault, which the accessors are about from then on. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    void take() {
        current = next++;
        if (threadId() != lastThread) {
            lastThread = threadId();
            lastChangeNs = readNs;
        }
        if (next == count) {
            batch++;
        }
    }

    boolean isPageFault() {
        return messages.event(current) == Userfaultfd.UFFD_EVENT_PAGEFAULT;
    }

    long address() {
        return messages.address(current) + shift;
    }

    long flags() {
        return messages.flags(current);
    }

    int threadId() {
        return messages.threadId(current);
    }

    /** When it was read: the time of a fault that came with others counts what it waited for them. */
    long readNs() {
        return readNs;
    }

    /** Whether somebody waits, or is likely to come, while the current fault is answered. */
    boolean isShared() {
        return next < count || readNs - lastChangeNs < SHARED_NS;
    }

    /** Any thread: another number, once the faults that are here now have all been taken; even if there are none. */
    long batch() {
        return batch;
    }
}
