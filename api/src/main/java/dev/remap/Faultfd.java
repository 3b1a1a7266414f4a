// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.UffdPort;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.FaultReporting;
import java.util.concurrent.locks.ReentrantLock;

/**
 * This process's userfaultfd. The process keeps it as long as regions exist: if the last descriptor closed, touches of absent pages would
 * silently read zeros.
 */
final class Faultfd implements AutoCloseable {
    /** In the place of a descriptor of {@code /dev/userfaultfd} that nobody has granted. */
    static final int NOT_GRANTED = -1;

    private final int fd;
    private final boolean kernelFaults;
    private final boolean poison;
    private final UffdPort port;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean gone;

    private Faultfd(UserfaultfdAccess.Result result, boolean poison) {
        fd = result.fd();
        kernelFaults = result.kernelFaults();
        this.poison = poison;
        port = new UffdPort(fd);
    }

    /** By a descriptor of {@code /dev/userfaultfd} that was granted, which stays the caller's, or by this process's own rights. */
    static Faultfd open(int granted) throws RemapException {
        UserfaultfdAccess.Result all = UserfaultfdAccess.open(HostSupport.ALL_FEATURES, granted);
        if (all.fd() >= 0) {
            return new Faultfd(all, true);
        }
        UserfaultfdAccess.Result result = UserfaultfdAccess.open(FaultReporting.FEATURES, granted);
        if (result.fd() >= 0) {
            return new Faultfd(result, false);
        }
        boolean denied = result.attempts().stream()
                .anyMatch(attempt -> attempt.errno() == Errno.EPERM || attempt.errno() == Errno.EACCES);
        throw new RemapException(
                denied ? RemapException.Category.PERMISSION : RemapException.Category.UNSUPPORTED,
                "no userfaultfd could be had: " + refusals(result),
                String.join(" ", HostSupport.remedies(result)) + " `remap doctor` explains.");
    }

    private static String refusals(UserfaultfdAccess.Result result) {
        StringBuilder text = new StringBuilder();
        for (UserfaultfdAccess.Attempt attempt : result.attempts()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(attempt.way())
                    .append(' ')
                    .append(Errno.name(attempt.errno()));
        }
        return text.toString();
    }

    int fd() {
        return fd;
    }

    boolean kernelFaults() {
        return kernelFaults;
    }

    boolean poison() {
        return poison;
    }

    /** Has faults on a range reported; 0 or -errno. */
    long register(long start, long length) {
        return register(start, length, FaultReporting.MODES);
    }

    /** The same of a mapping that is never written. */
    long registerReader(long start, long length) {
        return register(start, length, FaultReporting.READER_MODES);
    }

    private long register(long start, long length, long modes) {
        lock.lock();
        try {
            if (gone) {
                return -Errno.EBADF;
            }
            return port.register(start, length, modes);
        } finally {
            lock.unlock();
        }
    }

    /** Ends that and wakes whoever waits there. */
    void unregister(long start, long length) {
        lock.lock();
        try {
            if (!gone) {
                port.unregister(start, length);
                port.wake(start, length); // also where something else is mapped by now
            }
        } finally {
            lock.unlock();
        }
    }

    /** The kernel has closed the descriptor by itself: its number may be another file's from now on. */
    void closedByKernel() {
        lock.lock();
        try {
            gone = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            port.close();
            if (!gone) {
                gone = true;
                FileIo.close(fd);
            }
        } finally {
            lock.unlock();
        }
    }
}
