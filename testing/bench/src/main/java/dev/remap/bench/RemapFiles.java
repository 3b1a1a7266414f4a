// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Advice;
import dev.remap.FaultKind;
import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.nio.channels.FileChannel.MapMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remap's side of reads, with nothing, a scan or a merge beside. The manager lives on; files are opened anew, nothing in DRAM. */
final class RemapFiles implements AutoCloseable {
    private static final double NS_A_SECOND = 1e9;
    private static final long NS_A_MS = 1_000_000;

    /** Not where one of the warm-up's threads began. */
    private static final int AFTER_WARM_UP = AccessPattern.TABLE_LENGTH / (2 * FilesPlan.WARM_UP_THREADS);

    private final Remap remap;
    private final DataFolder data;
    private final FilesPlan plan;

    RemapFiles(DataFolder data, FilesPlan plan) throws RemapException {
        this.data = data;
        this.plan = plan;
        remap = Remap.open(RemapConfig.defaults().dramBytes(plan.dramBytes()));
    }

    FileRegion open(DataFile file, Advice advice) throws RemapException {
        return remap.openFile(
                file.path(), MapMode.READ_ONLY, FileSpec.defaults().advice(advice));
    }

    Sample alone(AccessPattern pattern, int threads) throws IOException, InterruptedException {
        try (FileRegion region = open(data.main(), Advice.RANDOM)) {
            return measure(region, pattern, threads, null);
        }
    }

    /** A scan through an opening of its own, as the other side's mapping is. */
    Sample besideScan(int threads) throws IOException, InterruptedException {
        try (FileRegion region = open(data.main(), Advice.RANDOM);
                FileRegion scanned = open(data.main(), Advice.SEQUENTIAL);
                var scan = new PacedThread(new FileScan(data.main(), scanned), plan.pace())) {
            return measure(region, AccessPattern.ZIPF, threads, scan);
        }
    }

    Sample besideMerge(int threads, Advice advice, FileMerge.Way way) throws IOException, InterruptedException {
        List<DataFile> inputs = data.inputs();
        try (FileRegion region = open(data.main(), Advice.RANDOM);
                FileRegion first = open(inputs.getFirst(), advice);
                FileRegion second = open(inputs.getLast(), advice);
                var merge = new FileMerge(inputs, List.of(first, second), way, data.output());
                var beside = new PacedThread(merge, plan.pace())) {
            return measure(region, AccessPattern.ZIPF, threads, beside);
        }
    }

    private Sample measure(FileRegion region, AccessPattern pattern, int threads, @Nullable PacedThread beside)
            throws IOException, InterruptedException {
        int[] pages = data.pages(pattern);
        warmUp(region, pages);
        var readers = new FileReaders(data.main(), new RegionWords(region), pages, AFTER_WARM_UP, threads, true);
        Thread.sleep(FilesPlan.SETTLE_MS);
        long start = System.nanoTime();
        Counts before = Counts.of(readers, region, beside);
        Thread.sleep(plan.measureMs());
        Counts counted = Counts.of(readers, region, beside).since(before);
        double seconds = (System.nanoTime() - start) / NS_A_SECOND;
        readers.stop();
        double full = (double) region.stats().residentBytes() / plan.dramBytes();
        return counted.sample(seconds, readers.times(), full);
    }

    private void warmUp(FileRegion region, int[] pages) throws IOException, InterruptedException {
        var readers = new FileReaders(data.main(), new RegionWords(region), pages, 0, FilesPlan.WARM_UP_THREADS, false);
        long end = System.nanoTime() + plan.warmUpLimitMs() * NS_A_MS;
        while (readers.accesses() < plan.warmUpAccesses() && System.nanoTime() < end) {
            Thread.sleep(FilesPlan.WARM_UP_STEP_MS);
        }
        readers.stop();
    }

    /** What has been counted so far, or between two moments. */
    private record Counts(long accesses, long fetches, long besideBytes) {
        static Counts of(FileReaders readers, FileRegion region, @Nullable PacedThread beside) {
            return new Counts(
                    readers.accesses(),
                    region.stats().faults().getOrDefault(FaultKind.FETCH, 0L),
                    beside == null ? 0 : beside.bytes());
        }

        Counts since(Counts before) {
            return new Counts(accesses - before.accesses, fetches - before.fetches, besideBytes - before.besideBytes);
        }

        Sample sample(double seconds, TouchTimes times, double full) {
            return Sample.ofRate(accesses / seconds)
                    .times(times)
                    .file(1 - (double) fetches / accesses, full, besideBytes / seconds);
        }
    }

    @Override
    public void close() {
        remap.close();
    }
}
