// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of several applications of a broker. Arguments: socket, what it does, MiB of its region, threads.
 *
 * <p>{@code random}: reads at random. {@code scan}: reads page after page. {@code spin}: takes CPU and no memory. Each half second it
 * prints the accesses in it and its memory.
 */
final class TenantMain {
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;
    private static final int SOME = 256;
    private static final int PERIOD_MS = 500;

    private TenantMain() {}

    public static void main(String[] args) throws Exception {
        long bytes = Long.parseLong(args[2]) * MIB;
        try (Remap remap =
                        Remap.connect(Path.of(args[0]), RemapConfig.defaults().dramBytes(bytes + 64 * MIB));
                Region region = remap.create("tenant", RegionSpec.ofSize(bytes).tiers("zram", "file"))) {
            MemorySegment segment = region.segment();
            if (!args[1].equals("spin")) {
                fill(segment);
            }
            AtomicLong[] counts = new AtomicLong[Integer.parseInt(args[3])];
            for (int t = 0; t < counts.length; t++) {
                AtomicLong count = new AtomicLong();
                counts[t] = count;
                long seed = t + 1L;
                Thread.ofPlatform().daemon().start(() -> work(args[1], segment, seed, count));
            }
            System.out.println("running");
            report(remap, counts);
        }
    }

    private static void fill(MemorySegment segment) {
        ReferencePages pages = new ReferencePages(SOME);
        for (long at = 0; at < segment.byteSize(); at += SOME * PAGE) {
            pages.copyTo(segment.asSlice(at, Math.min(SOME * PAGE, segment.byteSize() - at)));
        }
    }

    private static void work(String what, MemorySegment segment, long seed, AtomicLong count) {
        long pages = segment.byteSize() / PAGE;
        long s = seed * 0x9E3779B97F4A7C15L;
        long page = 0;
        long sum = 0;
        while (true) {
            s = Shuffle.next(s);
            page = what.equals("scan") ? (page + 1) % pages : Long.remainderUnsigned(s, pages);
            sum += what.equals("spin") ? s : segment.get(ValueLayout.JAVA_LONG, page * PAGE);
            count.setOpaque(count.getPlain() + 1);
            if (sum == 1) {
                System.out.println("one"); // so that the sum is needed
            }
        }
    }

    private static void report(Remap remap, AtomicLong... counts) throws InterruptedException {
        long before = 0;
        while (true) {
            Thread.sleep(PERIOD_MS);
            long sum = 0;
            for (AtomicLong count : counts) {
                sum += count.getOpaque();
            }
            System.out.println("did " + (sum - before) + " " + remap.stats().dramUsedBytes() / MIB);
            before = sum;
        }
    }
}
