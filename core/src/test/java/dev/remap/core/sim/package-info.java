// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * A simulated and an adversarial kernel, and a simulated tier: what the tests of the core run on. Start reading at
 * {@link dev.remap.core.sim.Machine}.
 */
@NullMarked
package dev.remap.core.sim;

import org.jspecify.annotations.NullMarked;
