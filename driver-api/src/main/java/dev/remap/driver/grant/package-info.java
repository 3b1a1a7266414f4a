// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Opens this module's packages to one driver: a module can only do that itself. For the loader in the core. Start reading at
 * {@link dev.remap.driver.grant.ExportGate}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "opens what is closed", modules = "dev.remap.core")
@NullMarked
package dev.remap.driver.grant;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
