// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Drivers that come as jars: what their class files use of Remap, whether their licence allows it, and a module layer for each that
 * sees what was granted and nothing else. Knows no page. Start reading at {@link dev.remap.core.module.DriverLoader}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "decides who is let in", modules = "dev.remap.m*")
@NullMarked
package dev.remap.core.module;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
