// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Page faults of one application: the thread that reads them, and the table that says what answers each. Nothing here blocks on
 * another thread, allocates or logs while pages can be served. Start reading at {@link dev.remap.core.fault.FaultHandler}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "answers faults", modules = "dev.remap.manager")
@NullMarked
package dev.remap.core.fault;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
