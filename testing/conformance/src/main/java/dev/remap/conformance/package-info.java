// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Tests of what drivers and the core owe each other, written from the contracts of {@code dev.remap.driver.mm} and {@code Tier}. They reach
 * devices by commands, as applications do, and tiers as the core does; of any driver's insides they know nothing. Start reading at
 * {@link dev.remap.conformance.Suite}, then {@link dev.remap.conformance.Lab}.
 */
@NullMarked
package dev.remap.conformance;

import org.jspecify.annotations.NullMarked;
