// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Exports and drivers, for people and for the build. Reads class files and asks managers; loads no driver itself. Start reading at
 * {@link dev.remap.modules.ExportCheck} and {@code DriverCommand}.
 */
@NullMarked
package dev.remap.modules;

import org.jspecify.annotations.NullMarked;
