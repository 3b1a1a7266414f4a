// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * Style and architecture as tests. Each rule is a function from a file (or from class files) to the places that break
 * it; one test applies it to the whole tree, another shows that it rejects a bad example. Start at {@code SourceTest}
 * and {@code ArchitectureTest}.
 */
@NullMarked
package dev.remap.tidy;

import org.jspecify.annotations.NullMarked;
