// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Reclaim: keeps memory available by choosing victims and having them migrated down, and gives back what is no longer needed. One
 * thread, the reclaim agent. Start reading at {@link dev.remap.core.reclaim.ReclaimAgent}.
 */
@NullMarked
package dev.remap.core.reclaim;

import org.jspecify.annotations.NullMarked;
