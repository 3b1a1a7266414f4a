// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.linux.Errno;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.wire.CountersLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The counters file of a manager. */
record SharedCounters(int fd, MemorySegment memory) {
    static SharedCounters create(long applicationPid) throws IOException {
        long fd = Memfd.createFixed("remap-counters", CountersLayout.FILE_BYTES);
        if (fd < 0) {
            throw new IOException("memfd_create for counters: " + Errno.name(fd));
        }
        MemorySegment memory = map((int) fd);
        memory.set(ValueLayout.JAVA_LONG, CountersLayout.MAGIC_AT, CountersLayout.MAGIC);
        memory.set(
                ValueLayout.JAVA_LONG,
                CountersLayout.MANAGER_PID,
                ProcessHandle.current().pid());
        memory.set(ValueLayout.JAVA_LONG, CountersLayout.APPLICATION_PID, applicationPid);
        return new SharedCounters((int) fd, memory);
    }

    /** Says in the counters of a dead manager that this process is the manager now. */
    static void takeOver(MemorySegment memory) {
        memory.set(ValueLayout.JAVA_LONG, CountersLayout.STANDBY_PID, 0L);
        memory.set(ValueLayout.JAVA_LONG, CountersLayout.HEARTBEAT_NS, System.nanoTime());
        memory.set(
                ValueLayout.JAVA_LONG,
                CountersLayout.MANAGER_PID,
                ProcessHandle.current().pid());
        memory.set(
                ValueLayout.JAVA_LONG,
                CountersLayout.TAKEOVERS,
                memory.get(ValueLayout.JAVA_LONG, CountersLayout.TAKEOVERS) + 1);
    }

    /** The memory of a counters file. */
    static MemorySegment map(int fd) throws IOException {
        long address = Mmap.map(0, CountersLayout.FILE_BYTES, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, fd, 0);
        if (address < 0) {
            throw new IOException("mmap of counters: " + Errno.name(address));
        }
        return Mmap.segment(address, CountersLayout.FILE_BYTES);
    }
}
