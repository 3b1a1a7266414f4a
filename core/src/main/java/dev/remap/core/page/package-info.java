// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Pages of a region: their words and transitions, what the manager may do to an application's address space, the DRAM budget.
 * Knows nothing of why a page moves. Start reading at {@link dev.remap.core.page.PageTable}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "states of pages", modules = "dev.remap.*")
@NullMarked
package dev.remap.core.page;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
