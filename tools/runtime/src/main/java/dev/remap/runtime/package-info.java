// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Makes the manager's run-time image and the AOT cache of its JVM, from the jars that it lies beside. Must not know how a manager works: it
 * is trained as an application uses it. Start with {@link dev.remap.runtime.RuntimeMain}.
 */
@NullMarked
package dev.remap.runtime;

import org.jspecify.annotations.NullMarked;
