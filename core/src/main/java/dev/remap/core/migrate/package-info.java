// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Movements of pages: up by {@link dev.remap.core.migrate.Promoter}, down by {@link dev.remap.core.migrate.Demoter}, and the commands of
 * an application that are made of them. Knows nothing of victims or of messages.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "moves pages", modules = "dev.remap.manager")
@NullMarked
package dev.remap.core.migrate;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
