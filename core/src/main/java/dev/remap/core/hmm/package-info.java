// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Heterogeneous memory management: how devices look at, take and give back pages of regions. Every movement is one of page words, through
 * {@link dev.remap.core.page.PageTable}; knows no driver by name. Start reading at {@link dev.remap.core.hmm.Hmm}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "mirrors pages", modules = "dev.remap.manager")
@NullMarked
package dev.remap.core.hmm;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
