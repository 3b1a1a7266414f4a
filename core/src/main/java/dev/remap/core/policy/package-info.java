// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * Which resident pages to deactivate next: {@link dev.remap.core.policy.S3Fifo} by default, {@link dev.remap.core.policy.Clock} the
 * cheap one, {@link dev.remap.core.policy.ClockPro} for loops. Pure data structures over page ids, one thread each; they must not know
 * page words, regions, tiers or the kernel, so that the simulator ({@code remap trace simulate}) runs the production class. Start at
 * {@link dev.remap.core.policy.ReplacementPolicy}.
 */
@Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "chooses victims", modules = "dev.remap.*")
@NullMarked
package dev.remap.core.policy;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
