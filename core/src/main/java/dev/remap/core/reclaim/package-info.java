// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Reclaim: keeps memory available by choosing victims and having them migrated down, and gives back what is no longer needed. One
 * thread, the reclaim agent. Start reading at {@link dev.remap.core.reclaim.ReclaimAgent}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "frees memory", modules = "dev.remap.manager")
@NullMarked
package dev.remap.core.reclaim;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
