// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * The demonstration: TPC-H's {@code lineitem} in regions larger than their DRAM budget, queried in plain Java and compared with the
 * published answers. It uses Remap as any application does, except that it looks at the memfds to check the budget from outside. Start
 * reading at {@link dev.remap.demo.DemoRun}; {@link dev.remap.demo.PricingSummary} is a query.
 */
@NullMarked
package dev.remap.demo;

import org.jspecify.annotations.NullMarked;
