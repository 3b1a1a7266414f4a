// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * The commands that an application gives a mirroring device, as numbers. Names nothing of the driver's: an application can use it that
 * has no driver on its path, and any driver that carries the commands out can be tested by {@code ./remap conformance}. Start reading at
 * {@link dev.remap.driver.dmirror.protocol.DmirrorProtocol}.
 */
@NullMarked
package dev.remap.driver.dmirror.protocol;

import org.jspecify.annotations.NullMarked;
