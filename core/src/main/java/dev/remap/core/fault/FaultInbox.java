// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.linux.Errno;
import dev.remap.linux.UffdMessages;
import dev.remap.linux.UffdPort;
import dev.remap.linux.Userfaultfd;

/** The faults that were read and not yet taken. Confined to whoever has the turn, but for {@link #batch}; allocates nothing. */
final class FaultInbox {
    private static final int MAX_FAULTS = 16;

    /** For so long after two threads have faulted by turns it is likely that one faults while another's page is fetched. */
    private static final long SHARED_NS = 100_000_000;

    private final UffdMessages messages = new UffdMessages(MAX_FAULTS);
    private int count;
    private int next;
    private int current;
    private long readNs;
    private int lastThread;
    private long lastChangeNs = System.nanoTime() - SHARED_NS;
    /** Odd while there are faults to be taken. */
    private volatile long batch;

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
            port.awaitReadable();
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
        return messages.address(current);
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
