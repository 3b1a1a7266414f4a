// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Jazzer over the decoders of {@code dev.remap.wire}. It knows their bytes and nothing of what the messages mean. Start reading at
 * {@link dev.remap.fuzz.WireFuzzTarget}, which says what a violation is.
 */
@NullMarked
package dev.remap.fuzz;

import org.jspecify.annotations.NullMarked;
