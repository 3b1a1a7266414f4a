// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Movements of pages: up by {@link dev.remap.core.migrate.Promoter}, down by {@link dev.remap.core.migrate.Demoter}, and the commands of
 * an application that are made of them. Knows nothing of victims or of messages.
 */
@NullMarked
package dev.remap.core.migrate;

import org.jspecify.annotations.NullMarked;
