// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.MigrateToRam;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.PfnRange;
import org.jspecify.annotations.Nullable;

/** What the core calls about the device's frames. */
final class MemoryHooks {
    private final DeviceFrames frames;
    private final @Nullable DeviceMemory memory;
    private final FaultInjection injection;

    MemoryHooks(DeviceFrames frames, @Nullable DeviceMemory memory, FaultInjection injection) {
        this.frames = frames;
        this.memory = memory;
        this.injection = injection;
    }

    /** The pagemap to register. Ranges are whole blocks: the driver hands out no more than it has. */
    DevicePagemap describe(DmirrorOptions options, Object owner) {
        long blocks = (options.pages() + PfnRange.ALIGNMENT - 1) / PfnRange.ALIGNMENT;
        DevicePagemap.Builder builder = DevicePagemap.of(
                        options.type(), new PfnRange(options.at(), blocks * PfnRange.ALIGNMENT))
                .owner(owner)
                .pageFree(this::pageFree)
                .memoryFailure(this::memoryFailure);
        if (options.type() == PagemapType.PRIVATE) {
            builder.migrateToRam(this::migrateToRam).survivesManager(!options.isVolatile());
        }
        return builder.build();
    }

    private void migrateToRam(MigrateToRam fault) {
        injection.enter(DmirrorProtocol.HOOK_MIGRATE_TO_RAM);
        DeviceMemory bytes = requireMemory();
        for (int i = 0; i < fault.count(); i++) {
            injection.delayCopy();
            if (injection.failsCopy()) {
                fault.fail(i, "the copy from device memory fails, as it was told to");
            } else {
                bytes.read(frames.index(fault.pfn(i)), fault.address(i));
            }
        }
    }

    private void pageFree(long pfn) {
        injection.enter(DmirrorProtocol.HOOK_PAGE_FREE);
        frames.giveBack(pfn);
    }

    private boolean memoryFailure(PfnRange range) {
        injection.enter(DmirrorProtocol.HOOK_MEMORY_FAILURE);
        return injection.restores();
    }

    private DeviceMemory requireMemory() {
        if (memory == null) {
            throw new IllegalStateException("COHERENT memory has no bytes of its own");
        }
        return memory;
    }
}
