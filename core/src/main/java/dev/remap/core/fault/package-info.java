// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Page faults of one application: the thread that reads them, and the table that says what answers each. Nothing here blocks on
 * another thread, allocates or logs while pages can be served. Start reading at {@link dev.remap.core.fault.FaultHandler}.
 */
@NullMarked
package dev.remap.core.fault;

import org.jspecify.annotations.NullMarked;
