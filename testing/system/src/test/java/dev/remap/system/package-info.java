// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Remap seen from outside: whole applications with their managers, killed, starved, fed wrong bytes and measured through /proc. What
 * may end or hang a JVM runs in a {@link dev.remap.system.ChildJvm}. Classes called {@code ...Main} are such children's programs.
 */
@NullMarked
package dev.remap.system;

import org.jspecify.annotations.NullMarked;
