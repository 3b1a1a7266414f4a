// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0

/**
 * Benchmarks beside their yardsticks: both sides run in one session, in turns, and the ratio is what counts. Nothing here is
 * compared with a figure of another run. Start reading at {@link dev.remap.bench.FaultRun},
 * {@link dev.remap.bench.HitBenchmark}, {@link dev.remap.bench.TierRun} or {@link dev.remap.bench.FilesRun}.
 */
@NullMarked
package dev.remap.bench;

import org.jspecify.annotations.NullMarked;
