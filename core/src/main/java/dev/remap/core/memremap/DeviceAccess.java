// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.core.page.PageId;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.mm.Frames;
import dev.remap.linux.Errno;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One device's way to bytes of frames, which can be cut off. */
final class DeviceAccess implements Frames {
    private static final long PAGE = PagedRegion.PAGE_SIZE;

    private final Memmap memmap;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean cut;

    DeviceAccess(Memmap memmap) {
        this.memmap = memmap;
    }

    @Override
    public long read(long pfn, long offset, long length, long targetAddress) {
        return access(pfn, offset, length, targetAddress, false);
    }

    @Override
    public long write(long pfn, long offset, long length, long sourceAddress) {
        return access(pfn, offset, length, sourceAddress, true);
    }

    private long access(long pfn, long offset, long length, long address, boolean write) {
        if (offset < 0 || length < 0 || offset > PAGE - length) {
            return -Errno.EINVAL;
        }
        underWay.incrementAndGet();
        try {
            return cut ? -Errno.EIO : accessUncut(pfn, offset, length, address, write);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private long accessUncut(long pfn, long offset, long length, long address, boolean write) {
        PagedRegion region = memmap.region(pfn);
        if (region != null) {
            return access(region, memmap.page(region, pfn), offset, length, address, write);
        }
        RegisteredPagemap pagemap = memmap.pagemap(pfn);
        long id = pagemap == null ? -1 : pagemap.pageIn(pfn);
        if (pagemap == null || id < 0) {
            return -Errno.EFAULT;
        }
        return switch (pagemap.description().type()) {
            case COHERENT -> {
                PagedRegion lender = memmap.regions().get(PageId.region(id));
                yield lender == null ? -Errno.EFAULT : access(lender, PageId.page(id), offset, length, address, write);
            }
            default -> access(pagemap.description().owner(), pfn, offset, length, address, write);
        };
    }

    private static long access(PagedRegion region, long page, long offset, long length, long address, boolean write) {
        if (!region.backing().has(page)) {
            return -Errno.EFAULT;
        }
        return write
                ? region.backing().write(page, offset, length, address)
                : region.backing().readPart(page, offset, length, address);
    }

    private static long access(
            @Nullable Object owner, long pfn, long offset, long length, long address, boolean write) {
        if (!(owner instanceof CoreFrames frames)) {
            return -Errno.EFAULT;
        }
        return write ? frames.write(pfn, offset, length, address) : frames.read(pfn, offset, length, address);
    }

    /** No access from now on; returns when none is under way. */
    void cut() {
        cut = true;
        while (underWay.get() != 0) {
            Thread.onSpinWait();
        }
    }
}
