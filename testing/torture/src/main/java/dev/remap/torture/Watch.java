// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Region;
import dev.remap.RegionStats;
import dev.remap.Remap;
import dev.remap.RemapStats;
import java.io.PrintStream;
import java.util.function.IntConsumer;

/**
 * Prints one line of progress every five seconds, and ends the process if no operation completes for half a minute. A thread in a
 * fault holds every safepoint, so with a collection pending this thread stops too; then the {@link Supervisor} sees its silence.
 */
final class Watch extends Thread {
    static final int STALLED = 3;
    private static final int LINE_SECONDS = 5;
    private static final int STALL_SECONDS = 30;

    private final Run run;
    private final Remap remap;
    private final Region region;
    private final PrintStream out;
    private final IntConsumer halt;

    Watch(Run run, Remap remap, Region region, PrintStream out, IntConsumer halt) {
        super("torture-watch");
        this.run = run;
        this.remap = remap;
        this.region = region;
        this.out = out;
        this.halt = halt;
        setDaemon(true);
    }

    @Override
    public void run() {
        long last = 0;
        int idle = 0;
        try {
            for (int second = 1; ; second++) {
                Thread.sleep(1000);
                long now = run.completed();
                idle = now == last ? idle + 1 : 0;
                last = now;
                if (second % LINE_SECONDS == 0) {
                    out.println(line(second, now));
                }
                if (idle >= STALL_SECONDS) {
                    reportStall();
                    halt.accept(STALLED);
                }
            }
        } catch (InterruptedException e) {
            // The run has ended.
        }
    }

    private String line(int second, long operations) {
        RemapStats all = remap.stats();
        RegionStats one = region.stats();
        return String.format(
                "[%4d s] %,12d operations %,9d/s  %,10d faults %,10d evicted  DRAM %s of %s, %s of it compressed",
                second,
                operations,
                operations / second,
                one.touchFaults(),
                one.evictedPages(),
                Bytes.show(all.dramUsedBytes()),
                Bytes.show(all.dramBudgetBytes()),
                Bytes.show(all.compressedBytes()));
    }

    private void reportStall() {
        out.printf("STALLED: no operation completed for %d s. What each thread was doing:%n", STALL_SECONDS);
        run.lanes().forEach(out::println);
        out.println(
                "Where the kernel holds them (no Java stacks: asking for them waits for the very threads that hang):");
        KernelWaits.of(ProcessHandle.current().pid()).forEach(out::println);
        out.flush();
    }
}
