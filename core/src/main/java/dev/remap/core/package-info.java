// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** Page words, faults, migration and reclaim, without naming any driver. */
@NullMarked
package dev.remap.core;

import org.jspecify.annotations.NullMarked;
