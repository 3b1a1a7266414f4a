// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.memremap.BoundDevice;
import dev.remap.core.memremap.DeviceTable;
import dev.remap.core.memremap.Memmap;
import dev.remap.core.memremap.NothingKept;
import dev.remap.core.memremap.RegisteredPagemap;
import dev.remap.core.memremap.TestDriver;
import dev.remap.core.sim.Machine;
import dev.remap.driver.Device;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.MigrateToRam;
import dev.remap.driver.mm.MigrateVma;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.PfnRange;
import dev.remap.driver.mm.Vma;
import dev.remap.linux.Mmap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/** A simulated machine with two devices, one of each kind of memory, whose bytes are on the heap. */
final class DeviceMachine implements AutoCloseable {
    static final long SECOND = 1_000_000_000L;
    private static final int PAGE = 4096;
    private static final long FRAMES = 512;

    final Machine machine;
    final Memmap memmap;
    final Hmm hmm;
    final DeviceTable table;
    final Unit own;
    final Unit coherent;

    /** A device, its memory and its free frames. */
    final class Unit {
        final BoundDevice device;
        final Map<Long, byte[]> memory = new ConcurrentHashMap<>();
        final ConcurrentLinkedDeque<Long> free = new ConcurrentLinkedDeque<>();
        private final PagemapType type;

        private Unit(String name, PagemapType type) {
            this.type = type;
            try {
                device = table.bind(name, type.name().toLowerCase(Locale.ROOT), "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (DeviceTable.DeviceStateException e) {
                throw new IllegalStateException(e);
            }
            RegisteredPagemap pagemap = device.pagemaps().getFirst();
            for (long i = 0; i < FRAMES; i++) {
                free.add(pagemap.ranges().getFirst().first() + i);
            }
            units.put(pagemap.ranges().getFirst().first(), this);
        }

        Vma vma() {
            return hmm.vma(device, machine.region);
        }

        RegisteredPagemap pagemap() {
            return device.pagemaps().getFirst();
        }

        /** Migrates what it can of some pages; answers the migration, which is finished. */
        MigrateVma migrate(long first, int count, int select) {
            MigrateVma migration = vma().newMigration(DeviceMachine.this);
            migration.setup(first, count, select);
            copy(migration);
            migration.migratePages();
            migration.finish();
            return migration;
        }

        void copy(MigrateVma migration) {
            for (int i = 0; i < migration.count(); i++) {
                Long pfn = migration.isMigrating(i) ? free.poll() : null;
                if (pfn != null && migration.destination(i, pfn) && type == PagemapType.PRIVATE) {
                    memory.put(pfn, bytes(migration.sourceAddress(i)));
                }
            }
        }

        private byte[] bytes(long address) {
            byte[] copy = new byte[PAGE];
            MemorySegment.copy(Mmap.segment(address, PAGE), ValueLayout.JAVA_BYTE, 0, copy, 0, PAGE);
            return copy;
        }
    }

    private final Map<Long, Unit> units = new ConcurrentHashMap<>();

    DeviceMachine() throws IOException {
        machine = new Machine(1024);
        memmap = new Memmap(machine.regions);
        hmm = new Hmm(new Hmm.Parts(
                machine.regions,
                memmap,
                machine.budget,
                machine.events,
                machine.pressure,
                machine.failureAction,
                () -> machine.mm,
                Runnable::run));
        table = new DeviceTable(
                List.of(driver(PagemapType.PRIVATE), driver(PagemapType.COHERENT), hmm.exclusive()),
                memmap,
                _ -> new NothingKept());
        hmm.onFirstExclusive(this::bindExclusive);
        hmm.open(machine.region);
        machine.pressure.onMissing(machine::drain);
        own = new Unit("own0", PagemapType.PRIVATE);
        coherent = new Unit("coherent0", PagemapType.COHERENT);
    }

    private void bindExclusive() {
        try {
            table.bind(ExclusiveFrames.DEVICE, hmm.exclusive().name(), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DeviceTable.DeviceStateException e) {
            throw new IllegalStateException(e);
        }
    }

    private TestDriver driver(PagemapType type) {
        return new TestDriver(type.name().toLowerCase(Locale.ROOT), device -> register(device, type));
    }

    private void register(Device device, PagemapType type) throws IOException {
        DevicePagemap.Builder pagemap = DevicePagemap.of(type, PfnRange.anywhere(FRAMES))
                .owner(this)
                .pageFree(pfn -> unit(pfn).free.add(pfn));
        if (type == PagemapType.PRIVATE) {
            pagemap.migrateToRam(this::migrateToRam);
        }
        device.memremapPages(pagemap.build());
    }

    private Unit unit(long pfn) {
        RegisteredPagemap pagemap = Objects.requireNonNull(memmap.pagemap(pfn));
        return Objects.requireNonNull(units.get(pagemap.ranges().getFirst().first()));
    }

    private void migrateToRam(MigrateToRam fault) {
        for (int i = 0; i < fault.count(); i++) {
            byte[] bytes = unit(fault.pfn(i)).memory.get(fault.pfn(i));
            if (bytes == null) {
                fault.fail(i, "nothing was copied there");
            } else {
                Mmap.segment(fault.address(i), PAGE).copyFrom(MemorySegment.ofArray(bytes));
            }
        }
    }

    /** No page is on a device any more, and every figure is right. */
    void checkEmpty() {
        machine.drain();
        for (RegisteredPagemap pagemap : memmap.pagemaps()) {
            if (pagemap.pagesInUse() != 0) {
                throw new AssertionError(pagemap.device().name() + " has " + pagemap.pagesInUse() + " pages");
            }
        }
        machine.checkAccounting();
    }

    @Override
    public void close() throws IOException {
        for (BoundDevice device : table.all()) {
            try {
                table.unbind(device.name(), SECOND);
            } catch (DeviceTable.DeviceStateException e) {
                throw new IOException(e);
            }
        }
        memmap.close(machine.region);
        machine.close();
    }
}
