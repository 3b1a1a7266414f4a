// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * One switchboard for faults. {@link dev.remap.faults.FaultPlan} is the text that says which calls fail and how often, {@link
 * dev.remap.faults.FaultBoard} is where another process switches rules on and off and reads how often each has struck. Knows drivers by
 * the interface only, and nothing of the core. Start at {@code FaultyCalls} for system calls, at {@code FaultyTier} for tiers.
 */
@NullMarked
package dev.remap.faults;

import org.jspecify.annotations.NullMarked;
