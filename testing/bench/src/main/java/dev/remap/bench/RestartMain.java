// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.Survives;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A program with a large state. Arguments: socket, {@code cold} or {@code warm}, MiB of the state, MiB of DRAM. */
final class RestartMain {
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;
    private static final int SOME = 1024;
    private static final int READS = 2_000_000;
    private static final int HOT_SHARE = 32;

    private RestartMain() {}

    public static void main(String[] args) throws Exception {
        long bytes = Long.parseLong(args[2]) * MIB;
        long startNs = System.nanoTime();
        try (Remap remap =
                Remap.connect(Path.of(args[0]), RemapConfig.defaults().dramBytes(Long.parseLong(args[3]) * MIB))) {
            System.out.println("connected " + since(startNs));
            long openNs = System.nanoTime();
            boolean cold = args[1].equals("cold");
            Region region = cold
                    ? remap.create("state", RegionSpec.ofSize(bytes).survives(Survives.CLIENT, "reference"))
                    : remap.open("state", "reference");
            System.out.println("opened " + since(openNs) + " " + region.residentBytes(0, bytes) / MIB);
            if (cold) {
                long fillNs = System.nanoTime();
                fill(region.segment());
                System.out.println("filled " + since(fillNs));
                read(region.segment()); // so that the hot pages are where they will be
            }
            long readNs = System.nanoTime();
            boolean right = read(region.segment());
            System.out.println("read " + since(readNs) + " " + right);
            System.in.read(); // until it is killed
        }
    }

    private static double since(long startNs) {
        return (System.nanoTime() - startNs) / 1e6;
    }

    private static void fill(MemorySegment segment) {
        ReferencePages pages = new ReferencePages(SOME);
        for (long at = 0; at < segment.byteSize(); at += SOME * PAGE) {
            pages.copyTo(segment.asSlice(at, Math.min(SOME * PAGE, segment.byteSize() - at)));
        }
    }

    /** Reads at random in the hot part, and checks each. */
    private static boolean read(MemorySegment segment) {
        ReferencePages expected = new ReferencePages(1);
        long first = expected.sumOfFirstLongs();
        long pages = segment.byteSize() / PAGE / HOT_SHARE;
        long s = 1;
        boolean right = true;
        for (int i = 0; i < READS; i++) {
            s = Shuffle.next(s);
            right &= segment.get(ValueLayout.JAVA_LONG, Long.remainderUnsigned(s, pages) * PAGE) == first;
        }
        return right;
    }
}
