// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)

/**
 * What holds for every {@link dev.remap.Remap}, whoever serves its pages: suites that need nothing but the exported API, and a subclass
 * that opens one. Start reading at {@link dev.remap.contract.RegionContract}.
 */
@NullMarked
package dev.remap.contract;

import org.jspecify.annotations.NullMarked;
