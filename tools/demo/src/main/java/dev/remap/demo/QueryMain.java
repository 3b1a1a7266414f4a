// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.Advice;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Loads the table into memory of one kind and runs both queries on it several times, for whoever compares kinds of memory. Says
 * {@code result ROWS DRAM_BYTES Q1_SECONDS Q6_SECONDS}, then lives until its input ends, so that its memory can be looked at.
 */
public final class QueryMain {
    private final Sizing sizing;
    private final int repeats;
    private final HeapQueries witness = new HeapQueries();

    private QueryMain(Sizing sizing, int repeats) {
        this.sizing = sizing;
        this.repeats = repeats;
    }

    /**
     * Arguments: scale, repeats, and {@code remap} with the bytes of its budget, or {@code memory} with the {@code cgroup.procs} of the
     * group to enter before the table is stored.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        boolean remap = args[2].equals("remap");
        Tiers tiers = Tiers.parse("zram");
        Sizing sizing = Sizing.of(Double.parseDouble(args[0]), remap ? Long.parseLong(args[3]) : 0, tiers);
        QueryMain main = new QueryMain(sizing, Integer.parseInt(args[1]));
        if (remap) {
            main.inRegions();
        } else {
            main.inMemory(Path.of(args[3]));
        }
    }

    private void inRegions() throws IOException, InterruptedException {
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(sizing.dramBytes()))) {
            LineitemRegions regions = LineitemRegions.create(remap, sizing);
            regions.advise(Advice.SEQUENTIAL);
            load(regions::append);
            String times = queries(regions.table());
            regions.verify();
            report(regions.table(), remap.stats().dramUsedBytes(), times);
        }
    }

    /** What the JVM itself takes has been charged to another group by then, but for little. */
    private void inMemory(Path processes) throws IOException, InterruptedException {
        Files.writeString(processes, Long.toString(ProcessHandle.current().pid()));
        LineitemColumns columns = LineitemColumns.in(Arena.global(), sizing);
        load(columns::append);
        report(columns.table(), 0, queries(columns.table()));
    }

    private void load(Consumer<RowBlock> target) throws InterruptedException {
        try (RowSource source = RowSource.lineitem(sizing.scale(), witness)) {
            for (RowBlock block = source.next(); block != null; block = source.next()) {
                target.accept(block);
            }
        }
    }

    /** The medians of both, after a run that is not timed. Each answer is compared. */
    private String queries(Lineitem table) throws IOException {
        Answers expected = sizing.scale() == 1 ? Answers.published() : witness.answers();
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int i = 0; i <= repeats; i++) {
            long start = System.nanoTime();
            List<PricingRow> pricing = PricingSummary.run(table, ignored -> {});
            long between = System.nanoTime();
            Answers answers = new Answers(pricing, RevenueForecast.run(table, ignored -> {}));
            long end = System.nanoTime();
            if (!answers.equals(expected)) {
                throw new IOException("an answer is wrong: " + answers);
            }
            if (i > 0) {
                first.add((between - start) / 1e9);
                second.add((end - between) / 1e9);
            }
        }
        return median(first) + " " + median(second);
    }

    private static double median(List<Double> seconds) {
        return seconds.stream().sorted().skip(seconds.size() / 2).findFirst().orElseThrow();
    }

    private static void report(Lineitem table, long dramBytes, String times) throws IOException {
        System.out.println("result " + table.rows() + " " + dramBytes + " " + times);
        System.in.readAllBytes();
    }
}
