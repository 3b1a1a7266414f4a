// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Advice;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Remap's side: a region of reference pages that is larger than its budget, for as long as the benchmark runs. */
final class TierRegion implements AutoCloseable {
    private static final double NS_A_SECOND = 1e9;

    private final TierPlan plan;
    private final Remap remap;
    private final Region region;
    private boolean linked;

    /** @param budgetBytes for pages of both kinds, compressed and not */
    TierRegion(TierPlan plan, long budgetBytes) throws RemapException {
        this.plan = plan;
        remap = Remap.open(RemapConfig.defaults().dramBytes(budgetBytes));
        try {
            region = remap.create("bench", RegionSpec.ofSize(plan.regionBytes()));
            ReferencePages.fill(region.segment());
        } catch (RemapException | RuntimeException | Error e) {
            remap.close();
            throw e;
        }
    }

    Sample measure(TierRow row, RegionWorker.Way way, AccessTables tables, int round)
            throws IOException, InterruptedException {
        if (row == TierRow.CHASE && !linked) {
            region.advise(0, region.size(), Advice.SEQUENTIAL);
            PageLinks.write(region.segment(), tables.tables().getFirst());
            linked = true;
        }
        region.advise(
                0,
                region.size(),
                row.pattern().isScattered() && plan.unitPages(row) == 1 ? Advice.RANDOM : Advice.NORMAL);
        List<RegionWorker> workers = new ArrayList<>();
        for (int[] table : tables.tables()) {
            workers.add(RegionWorker.create(way, region, row, table, workers.size(), plan.firstEntry(round)));
        }
        workers.forEach(RegionWorker::start);
        Thread.sleep(plan.warmUpMs());
        workers.forEach(RegionWorker::keepTimes);
        long start = System.nanoTime();
        long before = total(workers);
        Thread.sleep(plan.measureMs());
        double rate = (total(workers) - before) * NS_A_SECOND / (System.nanoTime() - start);
        double dram = remap.stats().dramUsedBytes();
        workers.forEach(RegionWorker::askToStop);
        List<long[]> times = new ArrayList<>();
        for (RegionWorker worker : workers) {
            worker.join();
            times.add(worker.times());
        }
        return Sample.ofRate(rate).times(TouchTimes.ofAll(times)).dram(dram);
    }

    private static long total(List<RegionWorker> workers) {
        return workers.stream().mapToLong(RegionWorker::accesses).sum();
    }

    @Override
    public void close() {
        remap.close();
    }
}
