// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import dev.remap.driver.mm.Vma;
import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One command of an application to a device, as an {@code ioctl}. Valid until the command has returned. */
public interface DeviceCommand {
    /** Which command; each driver has numbers of its own. */
    int operation();

    /** A number that goes with it; its meaning is the driver's. */
    long argument();

    /** The region that it is about; null if it is about none. */
    @Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "reaches into memory of applications")
    @SuppressWarnings("exports") // who may call it has the package
    @Nullable
    Vma vma();

    /** Its first page there. */
    long firstPage();

    /** How many pages; 0 if it is about none. */
    long pages();

    /**
     * Bytes that go with it, and that the application gets back as they are when the command returns. At most 256 KiB; may be empty. The
     * memory is shared with the application, which may change it at any time: what is to be checked has to be copied first.
     */
    MemorySegment buffer();

    /** What is left of the time the application waits, in nanoseconds; not positive when it has passed. */
    long remainingNs();
}
