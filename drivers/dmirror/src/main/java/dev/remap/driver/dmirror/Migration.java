// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.DeviceCommand;
import dev.remap.driver.DeviceException;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.dmirror.protocol.ReasonCode;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.driver.mm.MigrateVma;
import dev.remap.driver.mm.Pagemap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Moves pages to the device's memory and back. */
final class Migration {
    private final Object owner;
    private final DeviceFrames own;
    private final @Nullable DeviceMemory memory;
    private final Pagemap pagemap;
    private final FaultInjection injection;

    Migration(
            Object owner, DeviceFrames own, @Nullable DeviceMemory memory, Pagemap pagemap, FaultInjection injection) {
        this.owner = owner;
        this.own = own;
        this.memory = memory;
        this.pagemap = pagemap;
        this.injection = injection;
    }

    long toDevice(Mirror mirror, DeviceCommand command) throws DeviceException {
        Mirror.require(pagemap.isLive(), DeviceException.Cause.BUSY, "the device is being unbound");
        int select = command.argument() == 0 ? MigrateVma.SYSTEM : (int) command.argument();
        long there = 0;
        long moved = 0;
        try (MigrateVma migration = mirror.vma.newMigration(owner)) {
            for (long done = 0; done < command.pages(); done += MigrateVma.MAX_PAGES) {
                Mirror.remaining(command);
                int pages = (int) Math.min(command.pages() - done, MigrateVma.MAX_PAGES);
                migration.setup(command.firstPage() + done, pages, select);
                there += countThere(migration);
                int migrated = move(migration);
                there += migrated;
                moved += migrated;
                report(migration, command.buffer(), done, command.pages());
                mirror.map(command.firstPage() + done, pages, own, command);
            }
        }
        return DmirrorProtocol.result(there, moved);
    }

    /** How many pages are on the device and stay where they are. */
    private int countThere(MigrateVma migration) {
        int there = 0;
        for (int i = 0; i < migration.count(); i++) {
            there += !migration.isMigrating(i) && own.contains(migration.source(i)) ? 1 : 0;
        }
        return there;
    }

    /** Migrates what was set up; answers how many pages. */
    private int move(MigrateVma migration) {
        for (int i = 0; i < migration.count(); i++) {
            if (migration.isMigrating(i)) {
                choose(migration, i);
            }
        }
        migration.migratePages();
        return migration.finish();
    }

    /** Finds a frame for a page and copies the page there; without one the page stays. */
    private void choose(MigrateVma migration, int i) {
        long frame = injection.failsAllocation() ? -1 : own.take();
        if (frame < 0) {
            return;
        }
        if (!migration.destination(i, frame)) {
            own.giveBack(frame);
            return;
        }
        injection.delayCopy();
        if (injection.failsCopy()) {
            migration.skip(i);
        } else if (memory != null && migration.hasBytes(i)) {
            memory.write(own.index(frame), migration.sourceAddress(i));
        } else if (memory != null) {
            memory.clear(own.index(frame));
        }
    }

    private static void report(MigrateVma migration, MemorySegment buffer, long at, long pages) {
        if (buffer.byteSize() >= pages) {
            for (int i = 0; i < migration.count(); i++) {
                byte reason = (byte) ReasonCode.of(migration.reason(i).name());
                buffer.set(ValueLayout.JAVA_BYTE, at + i, reason);
            }
        }
    }

    long toSystem(Mirror mirror, DeviceCommand command) throws DeviceException {
        long remainingNs = Mirror.remaining(command);
        return mirror.vma.migrateToSystem(command.firstPage(), command.pages(), owner, remainingNs);
    }

    /** Brings all pages back. */
    long release(DeviceCommand command) throws DeviceException {
        Map<MigrateReason, Long> ends = pagemap.evict(own.first(), own.count(), Mirror.remaining(command));
        if (command.buffer().byteSize() >= (long) ReasonCode.NAMES.size() * Long.BYTES) {
            for (MigrateReason reason : MigrateReason.values()) {
                long pages = ends.getOrDefault(reason, 0L);
                command.buffer().setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, ReasonCode.of(reason.name()), pages);
            }
        }
        return ends.getOrDefault(MigrateReason.MIGRATED, 0L);
    }
}
