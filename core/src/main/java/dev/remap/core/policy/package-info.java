// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * Which resident pages to deactivate next: {@link dev.remap.core.policy.S3Fifo} by default, {@link
 * dev.remap.core.policy.Clock} the cheap one. Pure data structures over page ids, one thread each; they must not know
 * page words, regions, tiers or the kernel, so that a simulator runs the production class. Start at {@link
 * dev.remap.core.policy.ReplacementPolicy}.
 */
@NullMarked
package dev.remap.core.policy;

import org.jspecify.annotations.NullMarked;
