// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.Frames;
import dev.remap.driver.mm.Pagemap;
import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import java.io.IOException;

/**
 * A device that a driver is bound to, from {@link Driver#probe} to the end of {@link Driver#remove}. What is registered here ends with
 * it; registering is possible in {@code probe} only. Thread-safe.
 */
public interface Device {
    /** Its name, unique in a manager: {@code dmirror0}. */
    String name();

    /** What the driver was told about it, for instance {@code coherent,pages=1024}; empty if nothing. */
    String options();

    /** What is undone, last first, when {@link Driver#probe} throws and when the device is unbound. */
    Devres devres();

    /** Where descriptors are kept that outlive the manager process, and where those of a former manager are found. */
    DescriptorStore descriptors();

    /**
     * This device works by means of another: it is unbound before that one is.
     *
     * @throws IOException if no device of that name is bound, or it depends on this one
     */
    void dependOn(String supplier) throws IOException;

    /** Offers memory for tiers: regions name it by {@link TierOps#name}. */
    void provideTiers(TierOps ops);

    /** Offers regions over existing files. */
    void provideFiles(BackingFilesOps ops);

    /** Sets who carries out an application's commands to this device; without it they are refused. */
    void provideCommands(DeviceCommands commands);

    /**
     * Linux's {@code devm_memremap_pages}: claims page-frame numbers for memory that this device has, and makes descriptors of them that
     * live as long as the device. Costs memory only for pages in use.
     *
     * @throws IOException if a range overlaps another resource, or there is no room; the message names both
     * @throws IllegalArgumentException if the pagemap is not what its type needs; the message says what is missing
     */
    @Exported(
            value = ExportClass.GPL_ONLY,
            since = "0.1.0",
            reason = "gives page frames, and hooks what happens to them")
    @SuppressWarnings("exports") // who may call it has the package
    Pagemap memremapPages(DevicePagemap pagemap) throws IOException;

    /** Bytes of page frames by number. */
    @Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "reads and writes pages of applications")
    @SuppressWarnings("exports") // who may call it has the package
    Frames frames();
}
