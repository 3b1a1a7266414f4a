// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.memremap.CoreFrames;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.Device;
import dev.remap.driver.Driver;
import dev.remap.driver.PageAccount;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.MigrateToRam;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.PfnRange;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where pages are while a device has exclusive access to them: frames in a memfd of the manager's, PRIVATE ones, so that a CPU touch brings
 * the page back. An ordinary driver of an ordinary device, {@code exclusive0}; its frames count as memory of a tier, and survive the
 * manager. Thread-safe.
 */
public final class ExclusiveFrames implements Driver, CoreFrames {
    /** The device's name. */
    public static final String DEVICE = "exclusive0";

    static final int NO_FRAME = -1;

    private static final String MEMORY = "memory";
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final long FRAMES = 1L << 18;

    private final PageAccount budget;
    private final ConcurrentHashMap<Long, Object> owners = new ConcurrentHashMap<>();
    private final ArrayDeque<Long> free = new ArrayDeque<>();
    private long next;
    private long first;
    private int memfd = -1;

    /** Charges each frame in use to a budget. */
    public ExclusiveFrames(PageAccount budget) {
        this.budget = budget;
    }

    @Override
    public String name() {
        return "exclusive";
    }

    @Override
    public void probe(Device device) throws IOException {
        int kept = device.descriptors().kept(MEMORY);
        memfd = kept >= 0 ? kept : (int) Memfd.createFixed("remap-exclusive", FRAMES * PAGE);
        if (memfd < 0) {
            throw new IOException("memfd_create for exclusive frames: " + Errno.name(memfd));
        }
        device.devres().addActionOrReset("memory", () -> FileIo.close(memfd));
        if (kept < 0) {
            device.descriptors().keep(MEMORY, memfd);
        }
        var pagemap = device.memremapPages(DevicePagemap.of(PagemapType.PRIVATE, PfnRange.anywhere(FRAMES))
                .owner(this)
                .survivesManager(true)
                .migrateToRam(this::migrateToRam)
                .pageFree(this::pageFree)
                .build());
        adopt(pagemap.ranges().getFirst().first(), pagemap.adopted());
    }

    synchronized boolean isBound() {
        return memfd >= 0;
    }

    private synchronized void adopt(long firstPfn, long[] adopted) {
        first = firstPfn;
        budget.chargeAdopted(adopted.length);
        for (long pfn : adopted) {
            for (; next < pfn - first; next++) {
                free.add(first + next);
            }
            next = Math.max(next, pfn - first + 1);
        }
    }

    /** A free frame, for a device's owner; {@link #NO_FRAME} if there is none, or no memory. */
    synchronized long take(Object owner) {
        if ((free.isEmpty() && next == FRAMES) || !budget.tryCharge(1)) {
            return NO_FRAME;
        }
        Long reused = free.poll();
        long pfn = reused == null ? first + next++ : reused;
        owners.put(pfn, owner);
        return pfn;
    }

    /** Gives back a frame that did not become a destination. */
    void giveBack(long pfn) {
        pageFree(pfn);
    }

    /** Who has exclusive access to the page in a frame; null after a takeover, when nobody has. */
    @Nullable
    Object owner(long pfn) {
        return owners.get(pfn);
    }

    private void migrateToRam(MigrateToRam fault) {
        for (int i = 0; i < fault.count(); i++) {
            long read = FileIo.pread(memfd, fault.address(i), PAGE, (fault.pfn(i) - first) * PAGE);
            if (read != PAGE) {
                fault.fail(i, "pread of an exclusive frame: " + (read < 0 ? Errno.name(read) : read + " bytes"));
            }
        }
    }

    private synchronized void pageFree(long pfn) {
        owners.remove(pfn);
        FileIo.punchHole(memfd, (pfn - first) * PAGE, PAGE);
        budget.uncharge(1);
        free.add(pfn);
    }

    @Override
    public long read(long pfn, long offset, long length, long targetAddress) {
        return whole(FileIo.pread(memfd, targetAddress, length, (pfn - first) * PAGE + offset), length);
    }

    @Override
    public long write(long pfn, long offset, long length, long sourceAddress) {
        return whole(FileIo.pwrite(memfd, sourceAddress, length, (pfn - first) * PAGE + offset), length);
    }

    private static long whole(long done, long length) {
        return done == length ? 0 : done < 0 ? done : -Errno.EIO;
    }
}
