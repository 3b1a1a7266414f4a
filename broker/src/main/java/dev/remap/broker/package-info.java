// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * One process for many applications: admits them, starts a manager for each, divides DRAM among them, and holds what must outlive a manager
 * or an application. It serves no fault itself, so that nobody waits for it.
 */
@NullMarked
package dev.remap.broker;

import org.jspecify.annotations.NullMarked;
