// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.driver.mm.MigrateToRam;
import dev.remap.driver.mm.MigrateVma;
import dev.remap.driver.mm.Pagemap;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.RangeFault;
import dev.remap.driver.mm.Vma;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One region of a {@link FakeDevice}: its pages are in DRAM, in the device's memory, or exclusive to the device. */
final class FakeRegion implements Vma, IntervalNotifier {
    static final int PAGES = 128;

    final long[] pfns = new long[PAGES];
    final BitSet exclusive = new BitSet();
    final BitSet readOnly = new BitSet();
    final BitSet hidden = new BitSet();
    private final FakeDevice device;

    @Nullable
    Runnable beforeMakeExclusiveReturns;

    private @Nullable Callback callback;
    private volatile long sequence = 1;
    private long next = 1;

    FakeRegion(FakeDevice device) {
        this.device = device;
        device.region = this;
        for (int page = 0; page < PAGES; page++) {
            pfns[page] = page;
            device.frameBytes.put((long) page, new byte[FakeDevice.PAGE]);
        }
    }

    /** The CPU's bytes of a page, which brings it back first. */
    byte[] touch(int page) {
        if (exclusive.get(page)) {
            invalidate(Event.EXCLUSIVE, page, 1, null);
            exclusive.clear(page);
        }
        if (isPrivate(page)) {
            bringBack(page);
        }
        return Objects.requireNonNull(device.frameBytes.get(pfns[page]));
    }

    private boolean isPrivate(int page) {
        return isOnDevice(page) && device.description().type() == PagemapType.PRIVATE;
    }

    boolean isOnDevice(int page) {
        return pfns[page] >= FakeDevice.FIRST_PFN;
    }

    void invalidate(Event event, long first, long pages, @Nullable Object owner) {
        Callback told = callback;
        if (told != null) {
            next += 2;
            Invalidation what = new Invalidation(this, event, first, pages, owner, next);
            device.hook(() -> told.invalidate(what));
            if (sequence != next) {
                throw new AssertionError("the sequence was not set");
            }
        }
    }

    void bringBack(int page) {
        long pfn = pfns[page];
        invalidate(Event.MIGRATE, page, 1, null);
        byte[] bytes = device.frameBytes.remove(pfn);
        if (bytes == null) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment target = arena.allocate(FakeDevice.PAGE);
                migrateToRam(pfn, target.address());
                bytes = target.toArray(ValueLayout.JAVA_BYTE);
            }
        }
        pfns[page] = page;
        device.frameBytes.put((long) page, bytes);
        device.free(pfn);
    }

    private void migrateToRam(long pfn, long address) {
        DevicePagemap.MigrateToRamHook hook =
                Objects.requireNonNull(device.description().migrateToRam());
        try {
            hook.migrateToRam(new MigrateToRam() {
                @Override
                public int count() {
                    return 1;
                }

                @Override
                public long pfn(int i) {
                    return pfn;
                }

                @Override
                public long address(int i) {
                    return address;
                }

                @Override
                public void fail(int i, String detail) {
                    throw new AssertionError(detail);
                }
            });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String region() {
        return "fake";
    }

    @Override
    public long pages() {
        return PAGES;
    }

    @Override
    public IntervalNotifier insertNotifier(long first, long pages, Callback value) {
        callback = value;
        return this;
    }

    @Override
    public RangeFault.Result rangeFault(RangeFault range) {
        for (int i = 0; i < range.pfns.length; i++) {
            int page = (int) range.first + i;
            boolean asked = (range.defaultFlags & RangeFault.REQ_FAULT) != 0;
            if (hidden.get(page)) {
                if (asked) {
                    return RangeFault.Result.FAULT;
                }
                range.pfns[i] = RangeFault.ERROR;
                continue;
            }
            if ((range.defaultFlags & RangeFault.REQ_WRITE) != 0 && readOnly.get(page)) {
                return RangeFault.Result.PERMISSION;
            }
            range.pfns[i] = RangeFault.VALID | (readOnly.get(page) ? 0 : RangeFault.WRITE) | pfns[page];
        }
        return RangeFault.Result.DONE;
    }

    @Override
    public MigrateVma newMigration(Object owner) {
        return new FakeMigration(device, this, owner);
    }

    @Override
    public long migrateToSystem(long first, long pages, Object owner, long timeoutNs) {
        long moved = 0;
        for (int page = (int) first; page < first + pages; page++) {
            if (isOnDevice(page)) {
                bringBack(page);
                moved++;
            }
        }
        return moved;
    }

    @Override
    public int makeExclusive(long first, long[] frames, Object owner) {
        invalidate(Event.EXCLUSIVE, first, frames.length, owner);
        for (int i = 0; i < frames.length; i++) {
            exclusive.set((int) first + i);
            frames[i] = pfns[(int) first + i];
        }
        if (beforeMakeExclusiveReturns != null) {
            beforeMakeExclusiveReturns.run();
        }
        return frames.length;
    }

    @Override
    public long releaseExclusive(long first, long pages, Object owner, long timeoutNs) {
        invalidate(Event.EXCLUSIVE, first, pages, null);
        long had = exclusive.get((int) first, (int) (first + pages)).cardinality();
        exclusive.clear((int) first, (int) (first + pages));
        return had;
    }

    void move(int page, long pfn) {
        long from = pfns[page];
        pfns[page] = pfn;
        byte[] bytes = Objects.requireNonNull(device.frameBytes.remove(from));
        if (device.description().type() == PagemapType.COHERENT) {
            device.frameBytes.put(pfn, bytes);
        }
        device.inUse.put(pfn, new Pagemap.Location(region(), page));
    }

    @Override
    public long first() {
        return 0;
    }

    @Override
    public long readBegin(long timeoutNs) {
        return sequence;
    }

    @Override
    public boolean readRetry(long value) {
        return sequence != value;
    }

    @Override
    public boolean checkRetry(long value) {
        return sequence != value;
    }

    @Override
    public void setSequence(long value) {
        sequence = value;
    }

    @Override
    public void close() {
        callback = null;
    }
}
