// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a driver registers with {@link dev.remap.driver.Device#memremapPages}; Linux's {@code struct dev_pagemap}. Immutable.
 *
 * <p><b>Hooks.</b> None may touch a region's memory through an address. Each runs under a time budget; one that overruns it, or throws,
 * is contained: what it was called for fails as its description says, the device is reported by name, and other drivers go on.
 *
 * @param type what kind of memory
 * @param ranges one or many
 * @param owner whose pages these are, compared by identity: selects pages in a {@link MigrateVma}, tells own pages from others' in a
 *     {@link RangeFault}
 * @param survivesManager whether the bytes are there when another manager has probed the device again: its pages are kept then, and fail
 *     with DEVICE_LOST at a takeover otherwise, unless their region has a shadow of them. PRIVATE only
 * @param migrateToRam the hook of page faults
 * @param pageFree the hook of page free
 * @param memoryFailure the hook of broken memory; null if the core is to fail the pages
 */
public record DevicePagemap(
        PagemapType type,
        List<PfnRange> ranges,
        @Nullable Object owner,
        boolean survivesManager,
        @Nullable MigrateToRamHook migrateToRam,
        @Nullable PageFreeHook pageFree,
        @Nullable MemoryFailureHook memoryFailure) {
    /** See the components. */
    public DevicePagemap {
        ranges = List.copyOf(ranges);
    }

    /** Copies pages of a device back to DRAM. */
    @FunctionalInterface
    public interface MigrateToRamHook {
        /**
         * Copies each page to its address. The pages are locked, and all device mappings of them have been invalidated: nobody writes to
         * them. {@link PageFreeHook} tells which frames have become free by it; {@code Region.read} frees none. Called by fault threads,
         * command threads and device threads, several at a time. May block for the device; budget: the region's {@code maxStall}, after
         * which the pages fail with DEADLINE, and faults on others of this pagemap fail at once until the call has returned. What it
         * throws fails the pages with IO. After a takeover it may be called again for pages that it had copied.
         */
        void migrateToRam(MigrateToRam fault) throws Exception;
    }

    /** Takes back a frame that no page is in any more. */
    @FunctionalInterface
    public interface PageFreeHook {
        /**
         * The frame is the driver's again. Called once for each frame that was a {@linkplain MigrateVma#destination destination}, whether
         * or not the page was migrated, in no order. Called by the device's hook thread, one at a time; must not block; budget 100 ms.
         * After a takeover all frames but those of pages that were {@linkplain Pagemap#adopted adopted} are free without a call.
         */
        void pageFree(long pfn);
    }

    /** Deals with frames whose memory is broken. */
    @FunctionalInterface
    public interface MemoryFailureHook {
        /**
         * Answers true if the bytes of all pages in the range are safe, or have been restored; else the core fails the pages with CORRUPT,
         * each alone. Called by the thread that reported it; may block up to a second.
         */
        boolean memoryFailure(PfnRange range);
    }

    /** Begins a description. */
    public static Builder of(PagemapType type, PfnRange... ranges) {
        return new Builder(type, List.of(ranges));
    }

    /** Collects what a pagemap has. Not thread-safe. */
    public static final class Builder {
        private final PagemapType type;
        private final List<PfnRange> ranges;
        private @Nullable Object owner;
        private boolean survivesManager;
        private @Nullable MigrateToRamHook migrateToRam;
        private @Nullable PageFreeHook pageFree;
        private @Nullable MemoryFailureHook memoryFailure;

        private Builder(PagemapType type, List<PfnRange> ranges) {
            this.type = type;
            this.ranges = ranges;
        }

        /** See {@link DevicePagemap#owner}. */
        public Builder owner(Object value) {
            owner = value;
            return this;
        }

        /** See {@link DevicePagemap#survivesManager}. */
        public Builder survivesManager(boolean value) {
            survivesManager = value;
            return this;
        }

        /** See {@link DevicePagemap#migrateToRam}. */
        public Builder migrateToRam(MigrateToRamHook value) {
            migrateToRam = value;
            return this;
        }

        /** See {@link DevicePagemap#pageFree}. */
        public Builder pageFree(PageFreeHook value) {
            pageFree = value;
            return this;
        }

        /** See {@link DevicePagemap#memoryFailure}. */
        public Builder memoryFailure(MemoryFailureHook value) {
            memoryFailure = value;
            return this;
        }

        /** What has been collected; whether its type has what it needs is seen when it is registered. */
        public DevicePagemap build() {
            return new DevicePagemap(type, ranges, owner, survivesManager, migrateToRam, pageFree, memoryFailure);
        }
    }
}
