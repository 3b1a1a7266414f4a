// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * Page caches of other projects, behind one interface, so that a benchmark may read the same words through each. Each runs in a JVM that
 * has its jars, which nothing else of Remap has; this package knows nothing of Remap. No JPMS module, since Neo4j's jars share packages.
 * Start at {@link dev.remap.peers.PageCache}.
 */
@NullMarked
package dev.remap.peers;

import org.jspecify.annotations.NullMarked;
