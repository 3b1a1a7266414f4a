// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.FileRegion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Batches of random pages of a cold file, no page twice until all have had their turn. */
final class ScatteredPages {
    private static final double NS_A_SECOND = 1e9;

    private final DataFile file;
    private final int batchPages;
    private final int[] order;
    private final long[] offsets;
    private int at;

    ScatteredPages(DataFile file, int batchPages, int round) {
        this.file = file;
        this.batchPages = batchPages;
        order = Shuffle.order(file.pages(), 1 + round);
        offsets = new long[batchPages];
    }

    /** One way to bring the pages of {@code offsets} to the program. */
    private interface Batch {
        void take() throws IOException;
    }

    /** Copies them, by {@link FileRegion#read}. */
    Sample read(FileRegion region, FilesPlan plan) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(batchPages * DataFile.PAGE, DataFile.PAGE);
            return measure(plan, () -> {
                region.read(offsets, batchPages, DataFile.PAGE, target);
                for (int i = 0; i < batchPages; i++) {
                    check(offsets[i], target, i * DataFile.PAGE);
                }
            });
        }
    }

    /** Makes them resident, by {@link FileRegion#loadAsync}; one page of the batch is touched then, others may have left again. */
    Sample load(FileRegion region, FilesPlan plan) throws IOException {
        return measure(plan, () -> {
            try {
                region.loadAsync(offsets, batchPages, DataFile.PAGE)
                        .toCompletableFuture()
                        .join();
            } catch (CompletionException e) {
                throw new IOException(e.getCause());
            }
            check(offsets[batchPages - 1], region.segment(), offsets[batchPages - 1]);
        });
    }

    private void check(long offset, MemorySegment memory, long at) {
        file.check(offset / Long.BYTES, memory.get(ValueLayout.JAVA_LONG, at));
    }

    private Sample measure(FilesPlan plan, Batch batch) throws IOException {
        run(FilesPlan.BATCH_WARM_UP_MS, batch);
        long start = System.nanoTime();
        List<Long> times = run(plan.measureMs(), batch);
        double seconds = (System.nanoTime() - start) / NS_A_SECOND;
        TouchTimes ns = TouchTimes.of(times.stream().mapToLong(Long::longValue).toArray());
        return Sample.ofRate((double) times.size() * batchPages / seconds).times(ns);
    }

    private List<Long> run(int milliseconds, Batch batch) throws IOException {
        List<Long> times = new ArrayList<>();
        long end = System.nanoTime() + milliseconds * 1_000_000L;
        for (long before = System.nanoTime(); before < end; ) {
            choose();
            batch.take();
            long after = System.nanoTime();
            times.add(after - before);
            before = after;
        }
        return times;
    }

    private void choose() {
        for (int i = 0; i < batchPages; i++) {
            offsets[i] = order[at] * DataFile.PAGE;
            at = at + 1 == order.length ? 0 : at + 1;
        }
    }
}
