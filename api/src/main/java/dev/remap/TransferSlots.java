// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Memory shared with the manager, into which it puts the bytes of pages that are read without a fault. Made here, so that it is charged to
 * this process; given out here, a slot at a time. Thread-safe; a virtual thread that waits for a slot gives its carrier back.
 */
final class TransferSlots implements AutoCloseable {
    /** No slot. */
    static final int NONE = -1;

    /** Pages that a slot holds. */
    static final int SLOT_PAGES = 64;

    private static final long PAGE = 4096;
    private static final int SLOTS = 8;
    private static final long SLOT_BYTES = SLOT_PAGES * PAGE;

    private final int fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final Semaphore available = new Semaphore(SLOTS);
    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();

    private TransferSlots(int fd, long address) {
        this.fd = fd;
        long bytes = SLOTS * SLOT_BYTES;
        memory = Mmap.segment(address, bytes, arena, _ -> Mmap.unmap(address, bytes));
        for (int slot = 0; slot < SLOTS; slot++) {
            free.add(slot);
        }
    }

    static TransferSlots create() throws RemapException {
        long bytes = SLOTS * SLOT_BYTES;
        long fd = Memfd.createFixed("remap-transfer", bytes);
        long address = fd < 0 ? fd : Mmap.map(0, bytes, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, (int) fd, 0);
        if (address < 0) {
            if (fd >= 0) {
                FileIo.close((int) fd);
            }
            throw new RemapException(
                    RemapException.Category.NO_MEMORY,
                    "transfer buffer of " + bytes + " bytes: " + Errno.name(address),
                    "Check ulimit -n and ulimit -v.");
        }
        Mmap.madvise(address, bytes, Mmap.MADV_DONTFORK);
        return new TransferSlots((int) fd, address);
    }

    int fd() {
        return fd;
    }

    /** Takes a slot; waits until there is one. */
    int take() {
        available.acquireUninterruptibly();
        return free();
    }

    /** Takes a slot, or {@link #NONE} if all are in use. */
    int tryTake() {
        return available.tryAcquire() ? free() : NONE;
    }

    private int free() {
        Integer slot = free.poll();
        if (slot == null) {
            throw new IllegalStateException("a permit without a slot");
        }
        return slot;
    }

    void giveBack(int slot) {
        free.add(slot);
        available.release();
    }

    /** Where a slot begins in the buffer. */
    long offset(int slot) {
        return slot * SLOT_BYTES;
    }

    MemorySegment memory(int slot) {
        return memory.asSlice(offset(slot), SLOT_BYTES);
    }

    @Override
    public void close() {
        arena.close();
        FileIo.close(fd);
    }
}
