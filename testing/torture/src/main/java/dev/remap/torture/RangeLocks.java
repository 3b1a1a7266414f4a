// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.LongStream;

/**
 * The model's locks, one per 16 pages. A thread that works on its own stripes holds them shared; one that replaces whole pages holds
 * them alone. Taken in rising order, all at once, and never twice by one thread.
 */
final class RangeLocks {
    /** What runs while locks are held. */
    interface Action {
        void run() throws Exception;
    }

    private static final int GRAIN_SHIFT = 16;
    private final ReadWriteLock[] locks;

    RangeLocks(long regionBytes) {
        locks = new ReadWriteLock[(int) ((regionBytes - 1) >> GRAIN_SHIFT) + 1];
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new ReentrantReadWriteLock();
        }
    }

    void shared(long offset, long length, Action action) throws Exception {
        holding(offset, length, true, action);
    }

    void alone(long offset, long length, Action action) throws Exception {
        holding(offset, length, false, action);
    }

    private void holding(long offset, long length, boolean shared, Action action) throws Exception {
        int first = (int) (offset >> GRAIN_SHIFT);
        int last = (int) ((offset + length - 1) >> GRAIN_SHIFT);
        for (int i = first; i <= last; i++) {
            side(i, shared).lock();
        }
        try {
            action.run();
        } finally {
            for (int i = last; i >= first; i--) {
                side(i, shared).unlock();
            }
        }
    }

    /** The same, shared, for ranges of equal length in any order. */
    void sharedAll(long[] offsets, long length, Action action) throws Exception {
        int[] needed = LongStream.of(offsets)
                .flatMap(offset -> LongStream.rangeClosed(offset >> GRAIN_SHIFT, (offset + length - 1) >> GRAIN_SHIFT))
                .mapToInt(Math::toIntExact)
                .distinct()
                .sorted()
                .toArray();
        for (int i : needed) {
            side(i, true).lock();
        }
        try {
            action.run();
        } finally {
            for (int i : needed) {
                side(i, true).unlock();
            }
        }
    }

    private Lock side(int index, boolean shared) {
        return shared ? locks[index].readLock() : locks[index].writeLock();
    }
}
