// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * What reaches into the core: page frames for a device's memory, the hooks of page fault and page free, and heterogeneous memory
 * management in Linux's sense (notifiers, range faults, migration, exclusive access). Start reading at
 * {@link dev.remap.driver.mm.DevicePagemap}, then {@link dev.remap.driver.mm.Vma}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "hooks faults, frees and migration")
@NullMarked
package dev.remap.driver.mm;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
