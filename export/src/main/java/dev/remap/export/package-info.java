// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)

/**
 * Classes of export. A module of its own, since what an application links and what a driver links both carry them and share nothing
 * else. Start reading at {@link dev.remap.export.Exported}.
 */
@Exported(value = ExportClass.STABLE, since = "0.1.0", reason = "what exports carry")
@NullMarked
package dev.remap.export;

import org.jspecify.annotations.NullMarked;
