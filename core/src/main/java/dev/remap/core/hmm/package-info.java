// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Heterogeneous memory management: how devices look at, take and give back pages of regions. Every movement is one of page words, through
 * {@link dev.remap.core.page.PageTable}; knows no driver by name. Start reading at {@link dev.remap.core.hmm.Hmm}.
 */
@NullMarked
package dev.remap.core.hmm;

import org.jspecify.annotations.NullMarked;
