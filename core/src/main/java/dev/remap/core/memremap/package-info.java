// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Devices and their lifetime, the space of page frames, and descriptors of frames that pages of regions are in. Knows no driver by name,
 * and nothing of faults. Start reading at {@link dev.remap.core.memremap.DeviceTable}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "owns page frames", modules = "dev.remap.manager")
@NullMarked
package dev.remap.core.memremap;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
