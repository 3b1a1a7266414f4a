// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * {@code remap trace}: records the touches that a running manager sees, and simulates replacement on recorded, published and synthetic
 * traces. The simulator runs the manager's own policies through an inactive list like the manager's; it must know no manager's state.
 * Start reading at {@link dev.remap.trace.Simulation}, then {@link dev.remap.trace.PolicyCache}.
 */
@NullMarked
package dev.remap.trace;

import org.jspecify.annotations.NullMarked;
