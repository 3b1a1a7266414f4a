// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/** The manager process: composition, sockets and main. */
@NullMarked
package dev.remap.manager;

import org.jspecify.annotations.NullMarked;
