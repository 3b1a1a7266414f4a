// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * The leaf of the driver interface: a driver states what its memory is and moves bytes. It knows nothing of page states,
 * faults or policy, and chooses no victims. Start reading at {@link dev.remap.driver.Driver}.
 */
@Exported(value = ExportClass.STABLE, since = "0.1.0", reason = "states facts and moves bytes")
@NullMarked
package dev.remap.driver;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
