// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * A virtual device, in the spirit of Linux's {@code test_hmm}: it mirrors regions in a page table of its own, has memory of its own, and
 * goes wrong when told to. Applications reach it by commands. It knows nothing of page states or policy. Start reading at
 * {@link dev.remap.driver.dmirror.DmirrorDriver}, then {@link dev.remap.driver.dmirror.MirrorDevice}.
 */
@NullMarked
package dev.remap.driver.dmirror;

import org.jspecify.annotations.NullMarked;
