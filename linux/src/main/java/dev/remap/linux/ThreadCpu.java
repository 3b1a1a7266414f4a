// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * On which CPU a thread of any process runs, or ran last: {@code proc_pid_stat(5)}, which everybody may read. One thread at a time is
 * looked at. Confined to one thread; only {@link #open} allocates.
 */
public final class ThreadCpu implements AutoCloseable {
    private static final int BYTES = 1024;
    /** The fields after the name, which may itself have blanks and parentheses, begin with the third; this is the 39th. */
    private static final int BLANKS_BEFORE = 37;

    private static final int CLOSED = -1;

    private final MemorySegment text = Arena.ofAuto().allocate(BYTES);
    private int fd = CLOSED;

    /** Looks at a thread from now on: 0, or -errno, as -ENOENT where there is no such thread here. */
    public long open(int pid, int tid) {
        close();
        long opened = FileIo.open("/proc/" + pid + "/task/" + tid + "/stat", FileIo.O_RDONLY | FileIo.O_CLOEXEC, 0);
        if (opened < 0) {
            return opened;
        }
        fd = (int) opened;
        return 0;
    }

    /** The number of the CPU, or -errno: -ESRCH once the thread has ended. */
    public int cpu() {
        long length = FileIo.pread(fd, text.address(), BYTES, 0);
        return length < 0 ? (int) length : processor((int) length);
    }

    private int processor(int length) {
        int at = length - 1;
        while (at >= 0 && byteAt(at) != ')') {
            at--;
        }
        for (int blanks = 0; at >= 0 && at < length && blanks < BLANKS_BEFORE; at++) {
            blanks += byteAt(at) == ' ' ? 1 : 0;
        }
        if (at < 0 || at >= length || !isDigit(at)) {
            return -Errno.EINVAL;
        }
        int cpu = 0;
        for (; at < length && isDigit(at); at++) {
            cpu = 10 * cpu + byteAt(at) - '0';
        }
        return cpu;
    }

    private boolean isDigit(int at) {
        return byteAt(at) >= '0' && byteAt(at) <= '9';
    }

    private byte byteAt(int at) {
        return text.get(ValueLayout.JAVA_BYTE, at);
    }

    /** Looks at no thread. Doing so again does nothing. */
    @Override
    public void close() {
        if (fd != CLOSED) {
            FileIo.close(fd);
            fd = CLOSED;
        }
    }
}
