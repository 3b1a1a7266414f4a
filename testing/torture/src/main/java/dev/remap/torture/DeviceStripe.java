// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.Device;
import dev.remap.Region;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * 32 pages of the region, and what must be in them: each page is filled with one number. What reads or writes bytes does so alone; what
 * moves pages does so at any time. A device's write that ended without an answer has happened or not, page by page, until the page is
 * looked at. Thread-safe.
 */
final class DeviceStripe {
    static final int PAGES = 32;
    static final long PAGE = DmirrorProtocol.PAGE_BYTES;
    static final long BYTES = PAGES * PAGE;

    /** A device that is just being unbound, or has been. */
    private static final Set<Category> GONE = Set.of(Category.NOT_FOUND, Category.DEADLINE, Category.IO);

    private static final int MOVES = 7;
    private static final int USES = 5;

    private final Region region;
    private final MemorySegment memory;
    private final long firstPage;
    private final long[] model = new long[PAGES];
    private final long[] perhaps = new long[PAGES];
    private final MemorySegment buffer = Arena.ofAuto().allocate(BYTES, PAGE);
    private long last;

    DeviceStripe(Region region, int number) {
        this.region = region;
        firstPage = (long) number * PAGES;
        memory = region.segment().asSlice(firstPage * PAGE, BYTES);
        last = (long) number << 40;
    }

    /** Does something at random. */
    void operate(Device device, SplittableRandom random) throws RemapException {
        int first = random.nextInt(PAGES);
        int pages = 1 + random.nextInt(PAGES - first);
        if (random.nextBoolean()) {
            move(device, random.nextInt(MOVES), first, pages);
        } else {
            use(device, random.nextInt(USES), first, pages);
        }
    }

    /** Changes no byte, and so may happen while somebody uses the same pages. */
    private void move(Device device, int kind, int first, int pages) throws RemapException {
        switch (kind) {
            case 0 -> region.pageOut((firstPage + first) * PAGE, pages * PAGE);
            case 1 -> tell(device, DmirrorProtocol.MIGRATE_TO_SYS, first, pages, MemorySegment.NULL);
            case 2 -> snapshot(device, first, pages);
            case 3 -> tell(device, DmirrorProtocol.EXCLUSIVE, first, pages, MemorySegment.NULL);
            default -> tell(device, DmirrorProtocol.MIGRATE_TO_DEV, first, pages, MemorySegment.NULL);
        }
    }

    private synchronized void use(Device device, int kind, int first, int pages) throws RemapException {
        switch (kind) {
            case 0 -> write(first, pages);
            case 1 -> check(memory, 0, first, pages, "a touch");
            case 2 -> read(first, pages);
            case 3 -> deviceWrite(device, first, pages);
            default -> deviceRead(device, first, pages);
        }
    }

    private void snapshot(Device device, int first, int pages) throws RemapException {
        try (Arena arena = Arena.ofConfined()) {
            tell(device, DmirrorProtocol.SNAPSHOT, first, pages, arena.allocate(pages));
        }
    }

    synchronized void checkAll() {
        check(memory, 0, 0, PAGES, "a touch at the end");
    }

    private void write(int first, int pages) {
        for (int page = first; page < first + pages; page++) {
            settle(page, ++last);
            fill(memory.asSlice(page * PAGE, PAGE), last);
        }
    }

    private void settle(int page, long value) {
        model[page] = value;
        perhaps[page] = value;
    }

    private void read(int first, int pages) throws RemapException {
        MemorySegment copy = buffer.asSlice(0, pages * PAGE);
        region.read((firstPage + first) * PAGE, copy);
        check(copy, first, first, pages, "a read");
    }

    private void deviceWrite(Device device, int first, int pages) throws RemapException {
        check(memory, 0, first, pages, "a touch before a device's write");
        MemorySegment source = buffer.asSlice(0, pages * PAGE);
        for (int page = first; page < first + pages; page++) {
            perhaps[page] = ++last;
            fill(source.asSlice((page - first) * PAGE, PAGE), last);
        }
        if (tell(device, DmirrorProtocol.WRITE, first, pages, source)) {
            for (int page = first; page < first + pages; page++) {
                settle(page, perhaps[page]);
            }
        }
    }

    private void deviceRead(Device device, int first, int pages) throws RemapException {
        MemorySegment target = buffer.asSlice(0, pages * PAGE);
        if (tell(device, DmirrorProtocol.READ, first, pages, target)) {
            check(target, first, first, pages, "a read of " + device.name());
        }
    }

    /** False if the device was gone, or is going. */
    private boolean tell(Device device, int operation, int first, int pages, MemorySegment with) throws RemapException {
        long began = System.nanoTime();
        try {
            DeviceBench.command(device, operation, region, firstPage + first, pages, with);
            return true;
        } catch (RemapException e) {
            long tookNs = System.nanoTime() - began;
            if (!GONE.contains(e.category()) || tookNs > DeviceBench.PATIENCE.toNanos()) {
                throw e;
            }
            return false;
        }
    }

    /** Compares pages with the model; {@code bytes} begin with page {@code base}. */
    private void check(MemorySegment bytes, int base, int first, int pages, String how) {
        for (int page = first; page < first + pages; page++) {
            long at = (page - base) * PAGE;
            long found = bytes.get(JAVA_LONG, at);
            if (found != model[page] && found != perhaps[page]) {
                throw wrong(page, at, found, how);
            }
            for (long offset = at; offset < at + PAGE; offset += Long.BYTES) {
                if (bytes.get(JAVA_LONG, offset) != found) {
                    throw wrong(page, offset, bytes.get(JAVA_LONG, offset), how);
                }
            }
            settle(page, found);
        }
    }

    private TortureFailure wrong(int page, long at, long found, String how) {
        return new TortureFailure(how + ": page " + (firstPage + page) + " of region " + region.name() + " has " + found
                + " at byte " + at % PAGE + ", must have " + model[page] + " or " + perhaps[page]);
    }

    private static void fill(MemorySegment page, long value) {
        for (long offset = 0; offset < PAGE; offset += Long.BYTES) {
            page.set(JAVA_LONG, offset, value);
        }
    }
}
