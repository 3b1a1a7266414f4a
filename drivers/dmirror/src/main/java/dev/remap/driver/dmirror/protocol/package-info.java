// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * The commands that an application gives a mirroring device, as numbers. Names nothing of the driver's: an application can use it that
 * has no driver on its path, and any driver that carries the commands out can be tested by {@code ./remap conformance}. Start reading at
 * {@link dev.remap.driver.dmirror.protocol.DmirrorProtocol}.
 */
@Exported(value = ExportClass.STABLE, since = "0.1.0", reason = "numbers of commands; reaches into nothing")
@NullMarked
package dev.remap.driver.dmirror.protocol;

import dev.remap.export.ExportClass;
import dev.remap.export.Exported;
import org.jspecify.annotations.NullMarked;
