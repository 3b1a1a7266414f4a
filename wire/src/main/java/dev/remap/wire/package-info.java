// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
/**
 * What crosses between an application and its manager: messages over a socket, and the layouts of the memory they share.
 *
 * <p>Must not know: what a request does, which process it runs in, policies. Nothing received is believed before its bounds
 * have been checked.
 *
 * <p>Messages: start at {@link dev.remap.wire.Request} and {@link dev.remap.wire.Connection}. Memory: at
 * {@link dev.remap.wire.PageWord}.
 */
@NullMarked
package dev.remap.wire;

import org.jspecify.annotations.NullMarked;
