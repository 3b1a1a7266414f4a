// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import dev.remap.Device;
import dev.remap.Region;
import dev.remap.RemapException;
import dev.remap.driver.dmirror.protocol.DeviceInfo;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.dmirror.protocol.ReasonCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** A mirroring device, by its commands; work on many pages is cut into commands of 64. Thread-safe. */
final class DeviceClient {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final MemorySegment NOTHING = MemorySegment.NULL;
    private static final int ATTEMPTS = 10;
    private static final long PAUSE_NS = 2_000_000;
    private static final Set<String> TRANSIENT = Set.of("BUSY", "TOUCHED");
    private static final long PAGE = DmirrorProtocol.PAGE_BYTES;

    final Device device;

    DeviceClient(Device device) {
        this.device = device;
    }

    /** What a command over many pages came to. */
    record Counts(long pages, long events) {
        Counts plus(long result) {
            return new Counts(pages + DmirrorProtocol.pages(result), events + DmirrorProtocol.events(result));
        }
    }

    /** Commands it takes for so many pages. */
    static long commands(long pages) {
        return (pages + DmirrorProtocol.MAX_PAGES - 1) / DmirrorProtocol.MAX_PAGES;
    }

    DeviceInfo info() throws RemapException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(DeviceInfo.BYTES, Long.BYTES);
            device.command(DmirrorProtocol.INFO, 0, buffer, PATIENCE);
            return DeviceInfo.read(buffer);
        }
    }

    long inject(int operation, long argument) throws RemapException {
        return device.command(operation, argument, NOTHING, PATIENCE);
    }

    Counts read(Region region, long first, long pages, MemorySegment target) throws RemapException {
        return transfer(DmirrorProtocol.READ, 0, region, first, pages, target);
    }

    /** Reads what the device's page table has, and nothing else. */
    Counts readMapped(Region region, long first, long pages, MemorySegment target) throws RemapException {
        return transfer(DmirrorProtocol.READ, DmirrorProtocol.NO_FAULT, region, first, pages, target);
    }

    Counts write(Region region, long first, long pages, MemorySegment source) throws RemapException {
        return transfer(DmirrorProtocol.WRITE, 0, region, first, pages, source);
    }

    private Counts transfer(int operation, long argument, Region region, long first, long pages, MemorySegment memory)
            throws RemapException {
        Counts counts = new Counts(0, 0);
        for (long done = 0; done < pages; done += DmirrorProtocol.MAX_PAGES) {
            long now = Math.min(pages - done, DmirrorProtocol.MAX_PAGES);
            MemorySegment part = memory.asSlice(done * PAGE, now * PAGE);
            counts = counts.plus(command(operation, argument, region, first + done, now, part));
        }
        return counts;
    }

    Counts toDevice(Region region, long first, long pages) throws RemapException {
        try (Arena arena = Arena.ofConfined()) {
            return migrate(0, region, first, pages, arena.allocate(pages));
        }
    }

    /** Migrates, and answers for each page what became of it. */
    List<String> reasons(Region region, long first, long pages, long select) throws RemapException {
        List<String> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment codes = arena.allocate(pages);
            migrate(select, region, first, pages, codes);
            for (byte code : codes.toArray(ValueLayout.JAVA_BYTE)) {
                names.add(ReasonCode.NAMES.get(code));
            }
        }
        return names;
    }

    /** Migrates; what somebody else was moving at that moment is asked for again, as any driver would. */
    private Counts migrate(long select, Region region, long first, long pages, MemorySegment codes)
            throws RemapException {
        long all = command(DmirrorProtocol.MIGRATE_TO_DEV, select, region, first, pages, codes);
        Counts counts = new Counts(0, 0).plus(all);
        for (long i = 0; i < pages; i++) {
            MemorySegment code = codes.asSlice(i, 1);
            for (int attempt = 0; attempt < ATTEMPTS && isTransient(code); attempt++) {
                LockSupport.parkNanos(PAUSE_NS);
                counts = counts.plus(command(DmirrorProtocol.MIGRATE_TO_DEV, select, region, first + i, 1, code));
            }
        }
        return counts;
    }

    private static boolean isTransient(MemorySegment code) {
        return TRANSIENT.contains(ReasonCode.NAMES.get(code.get(ValueLayout.JAVA_BYTE, 0)));
    }

    byte[] snapshot(Region region, long first, long pages) throws RemapException {
        return bytes(DmirrorProtocol.SNAPSHOT, 0, region, first, pages);
    }

    private byte[] bytes(int operation, long argument, Region region, long first, long pages) throws RemapException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(pages);
            command(operation, argument, region, first, pages, buffer);
            return buffer.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    long toSystem(Region region, long first, long pages) throws RemapException {
        return command(DmirrorProtocol.MIGRATE_TO_SYS, 0, region, first, pages, NOTHING);
    }

    /** Takes exclusive access; a page that somebody is moving is not had at once. */
    long exclusive(Region region, long first, long pages) throws RemapException {
        long had = 0;
        for (int attempt = 0; attempt < ATTEMPTS && had < pages; attempt++) {
            had += command(DmirrorProtocol.EXCLUSIVE, 0, region, first, pages, NOTHING);
        }
        return had;
    }

    long checkExclusive(Region region, long first, long pages) throws RemapException {
        return command(DmirrorProtocol.CHECK_EXCLUSIVE, 0, region, first, pages, NOTHING);
    }

    /** A command about pages. */
    long command(int operation, long argument, Region region, long first, long pages, MemorySegment buffer)
            throws RemapException {
        return device.command(operation, argument, region, first * PAGE, pages * PAGE, buffer, PATIENCE);
    }

    /** A command about pages, without a buffer. */
    long command(int operation, long argument, Region region, long first, long pages) throws RemapException {
        return command(operation, argument, region, first, pages, NOTHING);
    }

    /** Brings everything back. Answers how many pages, by what became of them. */
    List<Long> release() throws RemapException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate((long) ReasonCode.NAMES.size() * Long.BYTES, Long.BYTES);
            device.command(DmirrorProtocol.RELEASE, 0, buffer, PATIENCE);
            List<Long> counts = new ArrayList<>();
            for (int i = 0; i < ReasonCode.NAMES.size(); i++) {
                counts.add(buffer.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i));
            }
            return counts;
        }
    }
}
