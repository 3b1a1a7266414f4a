// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.driver.mm.MigrateVma;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/** A migration of a {@link FakeRegion}. */
final class FakeMigration implements MigrateVma {
    private final FakeDevice device;
    private final FakeRegion region;
    private final Object owner;
    private final Arena arena = Arena.ofConfined();
    private long[] destinations = {};
    private MigrateReason[] reasons = {};
    private int first;

    FakeMigration(FakeDevice device, FakeRegion region, Object owner) {
        this.device = device;
        this.region = region;
        this.owner = owner;
    }

    @Override
    public int setup(long firstPage, int pages, int select) {
        first = (int) firstPage;
        destinations = new long[pages];
        Arrays.fill(destinations, -1);
        reasons = new MigrateReason[pages];
        region.invalidate(IntervalNotifier.Event.MIGRATE, firstPage, pages, owner);
        for (int i = 0; i < pages; i++) {
            reasons[i] = region.isOnDevice(first + i) ? MigrateReason.NOT_SELECTED : MigrateReason.PENDING;
        }
        return (int)
                Arrays.stream(reasons).filter(MigrateReason.PENDING::equals).count();
    }

    @Override
    public int count() {
        return reasons.length;
    }

    @Override
    public boolean isMigrating(int i) {
        return reasons[i] == MigrateReason.PENDING || reasons[i] == MigrateReason.MIGRATED;
    }

    @Override
    public boolean hasBytes(int i) {
        return true;
    }

    @Override
    public boolean isWritable(int i) {
        return !region.readOnly.get(first + i);
    }

    @Override
    public long source(int i) {
        return region.pfns[first + i];
    }

    @Override
    public long sourceAddress(int i) {
        byte[] bytes = Objects.requireNonNull(device.frameBytes.get(source(i)));
        MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        return copy.address();
    }

    @Override
    public boolean destination(int i, long pfn) {
        boolean free = !device.inUse.containsKey(pfn);
        if (free) {
            destinations[i] = pfn;
        }
        return free;
    }

    @Override
    public void skip(int i) {
        reasons[i] = MigrateReason.SKIPPED;
    }

    @Override
    public void migratePages() {
        for (int i = 0; i < reasons.length; i++) {
            if (reasons[i] == MigrateReason.PENDING) {
                reasons[i] = destinations[i] < 0 ? MigrateReason.SKIPPED : MigrateReason.MIGRATED;
            }
        }
    }

    @Override
    public int finish() {
        int migrated = 0;
        for (int i = 0; i < reasons.length; i++) {
            if (reasons[i] == MigrateReason.MIGRATED) {
                region.move(first + i, destinations[i]);
                migrated++;
            } else if (destinations[i] >= 0) {
                device.free(destinations[i]);
            }
        }
        return migrated;
    }

    @Override
    public MigrateReason reason(int i) {
        return reasons[i];
    }

    @Override
    public void close() {
        arena.close();
    }
}
