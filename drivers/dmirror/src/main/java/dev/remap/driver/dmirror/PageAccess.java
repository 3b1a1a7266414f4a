// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import static dev.remap.driver.dmirror.Mirror.require;

import dev.remap.driver.DeviceCommand;
import dev.remap.driver.DeviceException;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.mm.Frames;
import dev.remap.driver.mm.Pagemap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the device does to pages through its page table: reads and writes, with a fault where the table lacks an entry. */
final class PageAccess {
    private static final int PAGE_BYTES = DmirrorProtocol.PAGE_BYTES;

    private final Object lock;
    private final DeviceFrames own;
    private final @Nullable DeviceMemory memory;
    private final Frames frames;
    private final Pagemap pagemap;

    PageAccess(Object lock, DeviceFrames own, @Nullable DeviceMemory memory, Frames frames, Pagemap pagemap) {
        this.lock = lock;
        this.own = own;
        this.memory = memory;
        this.frames = frames;
        this.pagemap = pagemap;
    }

    long read(Mirror mirror, DeviceCommand command) throws DeviceException {
        return transfer(mirror, command, false, new long[(int) command.pages()]);
    }

    long write(Mirror mirror, DeviceCommand command) throws DeviceException {
        long[] written = new long[(int) command.pages()];
        long result = transfer(mirror, command, true, written);
        writeBack(
                Arrays.stream(written).filter(own::contains).sorted().distinct().toArray());
        return result;
    }

    private long transfer(Mirror mirror, DeviceCommand command, boolean write, long[] pfns) throws DeviceException {
        int faults = 0;
        int done = copy(mirror, command, 0, write, pfns);
        while (done < pfns.length) {
            long page = command.firstPage() + done;
            require(
                    command.argument() != DmirrorProtocol.NO_FAULT,
                    DeviceException.Cause.NOT_FOUND,
                    "the device does not map page " + page);
            mirror.fault(page, Math.min(pfns.length - done, DmirrorProtocol.MAX_PAGES), write, command);
            faults++;
            done = copy(mirror, command, done, write, pfns);
        }
        return DmirrorProtocol.result(done, faults);
    }

    /** Copies pages up to the first one that the table lacks; answers which that is. Notes the frames. */
    private int copy(Mirror mirror, DeviceCommand command, int from, boolean write, long[] pfns)
            throws DeviceException {
        synchronized (lock) {
            for (int i = from; i < pfns.length; i++) {
                long entry = mirror.table.get(command.firstPage() + i);
                if (!MirrorTable.isPresent(entry) || (write && !MirrorTable.isWritable(entry))) {
                    return i;
                }
                pfns[i] = MirrorTable.pfn(entry);
                copyFrame(pfns[i], command.buffer().address() + (long) i * PAGE_BYTES, write);
            }
            return pfns.length;
        }
    }

    private void copyFrame(long pfn, long address, boolean write) throws DeviceException {
        if (memory == null || !own.contains(pfn)) {
            long result = write ? frames.write(pfn, 0, PAGE_BYTES, address) : frames.read(pfn, 0, PAGE_BYTES, address);
            require(result >= 0, DeviceException.Cause.IO, "frame " + pfn + " answers " + result);
        } else if (write) {
            memory.write(own.index(pfn), address);
        } else {
            memory.read(own.index(pfn), address);
        }
    }

    /** Has the core store what was written to frames of the device, in ascending order, where a region wants that. */
    private void writeBack(long[] pfns) throws DeviceException {
        for (int i = 0; i < pfns.length; ) {
            int end = i + 1;
            while (end < pfns.length && pfns[end] == pfns[end - 1] + 1) {
                end++;
            }
            require(
                    pagemap.writeBack(pfns[i], end - i),
                    DeviceException.Cause.IO,
                    "what was written is on the device, but could not be stored below");
            i = end;
        }
    }
}
