// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * A tier of compressed DRAM: pages are compressed into slots of a sparse memfd, as zram does with zsmalloc. It knows codecs, size
 * classes and chunks; of page states and policy it knows nothing. Start reading at {@link dev.remap.driver.zram.ZramTier}, then
 * {@link dev.remap.driver.zram.SlotAllocator}.
 */
@NullMarked
package dev.remap.driver.zram;

import org.jspecify.annotations.NullMarked;
