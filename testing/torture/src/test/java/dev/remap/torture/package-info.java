// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/** Tests of the harness itself: it must pass a correct region and must not pass a broken one. */
@NullMarked
package dev.remap.torture;

import org.jspecify.annotations.NullMarked;
