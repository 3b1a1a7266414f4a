// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/** A number of lookups in one way, timed one by one; fewer if they take too long. */
final class LookupPhase {
    private final FileAccess access;
    private final Lookups lookups;
    private final KeyPicker picker;
    private final long[] timesNs;
    private final List<Long> trail = new ArrayList<>();
    private long checksum;

    LookupPhase(FileAccess access, Lookups lookups, KeyPicker picker, int count) {
        this.access = access;
        this.lookups = lookups;
        this.picker = picker;
        timesNs = new long[count];
    }

    /** Runs it. What the scan read and the stalls are for others to add. */
    PhaseResult run(double maxSeconds, LongConsumer progress) throws IOException {
        long readBefore = ProcessIo.readBytes(access.helperPid());
        long start = System.nanoTime();
        int done = 0;
        while (done < timesNs.length && seconds(start) < maxSeconds) {
            done = stride(done);
            progress.accept(done);
        }
        double seconds = seconds(start);
        access.check();
        long readBytes = ProcessIo.readBytes(access.helperPid()) - readBefore;
        FaultTimes times = new FaultTimes(Arrays.copyOf(timesNs, done));
        return new PhaseResult(
                done, seconds, times.percentileNs(0.5), times.percentileNs(0.99), readBytes, 0, 0, trail);
    }

    private int stride(int from) throws IOException {
        int to = Math.min(timesNs.length, from + Lookups.STRIDE);
        for (int i = from; i < to; i++) {
            long key = OrderKeys.at(picker.next());
            long before = System.nanoTime();
            int crc = lookups.lookUp(key);
            timesNs[i] = System.nanoTime() - before;
            checksum = Lookups.fold(checksum, crc);
        }
        trail.add(checksum);
        return to;
    }

    private static double seconds(long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }
}
