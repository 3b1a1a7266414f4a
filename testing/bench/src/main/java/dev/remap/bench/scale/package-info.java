// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * A simulation of the fault path by discrete events: what more threads, CPUs, userfaultfds and reclaim agents come to than this machine
 * has. It knows nothing of Remap's code, only costs and the order in which they are incurred; {@code remap bench scale} measures the costs.
 * Start at {@link dev.remap.bench.scale.FaultPath}.
 */
@NullMarked
package dev.remap.bench.scale;

import org.jspecify.annotations.NullMarked;
