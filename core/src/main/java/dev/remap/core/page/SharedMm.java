// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static dev.remap.linux.Userfaultfd.UFFDIO_CONTINUE_MODE_DONTWAKE;
import static dev.remap.linux.Userfaultfd.UFFDIO_CONTINUE_MODE_WP;
import static dev.remap.linux.Userfaultfd.UFFDIO_COPY_MODE_DONTWAKE;
import static dev.remap.linux.Userfaultfd.UFFDIO_COPY_MODE_WP;
import static dev.remap.linux.Userfaultfd.UFFDIO_WRITEPROTECT_MODE_WP;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.UffdPort;

/**
 * All address spaces that have a shared region mapped. What makes a page appear (copy, map, unprotect) is done where it is asked for,
 * {@link #turnTo}, since all others find the page in the memfd when they touch it. What takes something away (protect, poison) is done
 * everywhere: protection in one mapper of two has lost writes. So are wakes. A mapper that is dead or has unmapped the range has nothing
 * left to be done about.
 *
 * <p>A mapper that may only read has a private mapping of a file that is open for reading. {@code UFFDIO_COPY} would give it a page of
 * its own there, so its pages are written to the memfd and mapped then; it needs no protection.
 *
 * <p>For one thread. Allocates only when mappers have come or gone.
 */
public final class SharedMm implements Mm {
    private static final int PROTECT = 0;
    private static final int UNPROTECT = 1;
    private static final int WAKE = 2;
    private static final int MAP = 3;
    private static final int MAP_PROTECTED = 4;

    private final Mappers mappers;
    private Mapper[] seen = {};
    private UffdPort[] ports = {};
    private int turn = Mapper.NOBODY;

    /** For whoever has mapped the region, now and later. */
    public SharedMm(Mappers mappers) {
        this.mappers = mappers;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public void turnTo(int mapper) {
        turn = mapper;
    }

    @Override
    public long copy(long target, long source, long length, boolean protect, boolean wake) {
        int i = current();
        if (i >= 0 && seen[i].isWritable()) {
            long mode = (protect ? UFFDIO_COPY_MODE_WP : 0) | (wake ? 0 : UFFDIO_COPY_MODE_DONTWAKE);
            if (!seen[i].tryUse()) {
                return -Errno.ESRCH;
            }
            try {
                return ports[i].copy(seen[i].translate(target), source, length, mode);
            } finally {
                seen[i].endUse();
            }
        }
        if (i < 0 && turn != Mapper.NOBODY) {
            return -Errno.ESRCH;
        }
        return write(target, source, length, protect);
    }

    private long write(long target, long source, long length, boolean protect) {
        long result = FileIo.pwrite(mappers.memory(), source, length, target - Mappers.BASE);
        long done = result & -PagedRegion.PAGE_SIZE;
        if (result < 0 || done == 0) {
            return result < 0 && result != -Errno.ENOSPC ? result : -Errno.ENOMEM;
        }
        long _ = map(target, done, protect); // else its touch finds the page in the memfd
        return done;
    }

    @Override
    public long map(long start, long length, boolean protect) {
        int operation = protect ? MAP_PROTECTED : MAP;
        if (turn != Mapper.NOBODY) {
            return once(operation, start, length);
        }
        long result = everywhere(operation, start, length);
        return result == -Errno.EFAULT ? result : length;
    }

    @Override
    public void replacePoison(long start, long length, boolean protect) {
        long _ = everywhere(protect ? MAP_PROTECTED : MAP, start, length);
    }

    @Override
    public long protect(long start, long length) {
        return everywhere(PROTECT, start, length);
    }

    @Override
    public long unprotect(long start, long length) {
        return turn == Mapper.NOBODY ? everywhere(UNPROTECT, start, length) : once(UNPROTECT, start, length);
    }

    /** A marker of an earlier protection keeps poison out of a mapper, and only of that one. */
    @Override
    public long poison(long start, long length) {
        refresh();
        long result = 0;
        for (int i = 0; i < seen.length; i++) {
            if (!seen[i].tryUse()) {
                continue;
            }
            try {
                long address = seen[i].translate(start);
                long poisoned = ports[i].poison(address, length, 0);
                if (poisoned == -Errno.EEXIST && seen[i].isWritable()) {
                    ports[i].writeProtect(address, length, 0);
                    poisoned = ports[i].poison(address, length, 0);
                }
                result = isAbsent(poisoned) || poisoned >= 0 ? result : poisoned;
            } finally {
                seen[i].endUse();
            }
        }
        return result;
    }

    @Override
    public long wake(long start, long length) {
        return everywhere(WAKE, start, length);
    }

    private long once(int operation, long start, long length) {
        int i = current();
        return i < 0 ? -Errno.ESRCH : run(i, operation, start, length);
    }

    /** Answers the last error of one that is there. */
    private long everywhere(int operation, long start, long length) {
        refresh();
        long result = 0;
        for (int i = 0; i < seen.length; i++) {
            long one = run(i, operation, start, length);
            result = isAbsent(one) || one >= 0 ? result : one;
        }
        return result;
    }

    private static boolean isAbsent(long result) {
        return result == -Errno.ESRCH || result == -Errno.ENOENT;
    }

    private long run(int i, int operation, long start, long length) {
        Mapper mapper = seen[i];
        if (!mapper.tryUse()) {
            return -Errno.ESRCH;
        }
        try {
            UffdPort port = ports[i];
            long address = mapper.translate(start);
            boolean writable = mapper.isWritable();
            return switch (operation) {
                case PROTECT -> writable ? port.writeProtect(address, length, UFFDIO_WRITEPROTECT_MODE_WP) : 0;
                case UNPROTECT -> writable ? port.writeProtect(address, length, 0) : port.wake(address, length);
                case WAKE -> port.wake(address, length);
                case MAP -> port.continuePages(address, length, UFFDIO_CONTINUE_MODE_DONTWAKE);
                default ->
                    port.continuePages(
                            address, length, UFFDIO_CONTINUE_MODE_DONTWAKE | (writable ? UFFDIO_CONTINUE_MODE_WP : 0));
            };
        } finally {
            mapper.endUse();
        }
    }

    /** The place of the mapper whose turn it is, or -1. */
    private int current() {
        refresh();
        for (int i = 0; i < seen.length; i++) {
            if (seen[i].number() == turn) {
                return i;
            }
        }
        return -1;
    }

    @SuppressWarnings("ReferenceEquality") // each change makes an array of its own
    private void refresh() {
        Mapper[] now = mappers.all();
        if (now == seen) {
            return;
        }
        UffdPort[] next = new UffdPort[now.length];
        for (int i = 0; i < now.length; i++) {
            next[i] = new UffdPort(now[i].uffd());
        }
        seen = now;
        ports = next;
    }
}
