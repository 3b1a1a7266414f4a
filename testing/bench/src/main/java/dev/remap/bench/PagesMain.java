// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.peers.PageCache;
import dev.remap.peers.WordReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * One page cache in a JVM of its own. Its arguments are the side, the file, a folder for files of its own and the plan. It says
 * {@code status ready}, or why it cannot run, then answers each line {@code ROW ROUND} of its input with a sample.
 */
public final class PagesMain {
    /** How what it says of itself begins. */
    static final String STATUS = "status ";

    static final String READY = "ready";
    static final String SAMPLE = "sample ";

    private static final long SEED = 1;
    private static final double NS_A_SECOND = 1e9;

    private final PageCache cache;
    private final DataFile file;
    private final PagesPlan plan;
    private final Map<PagesRow, int[]> tables = new EnumMap<>(PagesRow.class);

    private PagesMain(PageCache cache, DataFile file, PagesPlan plan) {
        this.cache = cache;
        this.file = file;
        this.plan = plan;
        for (PagesRow row : PagesRow.values()) {
            tables.put(row, row.table(plan));
        }
    }

    /** Runs until its input ends. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PagesPlan plan = PagesPlan.parse(arguments[3]);
        var file = file(Path.of(arguments[1]), plan);
        PageCache cache;
        try {
            cache = PagesSide.valueOf(arguments[0]).open(file, Path.of(arguments[2]), plan.dramBytes());
        } catch (IOException | RuntimeException | LinkageError e) {
            System.out.println(STATUS + reason(e));
            return;
        }
        try (cache) {
            var main = new PagesMain(cache, file, plan);
            System.out.println(STATUS + READY);
            main.answer(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
    }

    /** What is read: made by the process that starts this one. */
    static DataFile file(Path path, PagesPlan plan) {
        return new DataFile(path, SEED, plan.fileBytes());
    }

    /** In one line: the first message of the causes that says something, and what it is of. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString().lines().findFirst().orElse("no reason given");
    }

    private void answer(BufferedReader requests) throws IOException, InterruptedException {
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] words = line.split(" ", 2);
            System.out.println(SAMPLE + measure(PagesRow.valueOf(words[0]), Integer.parseInt(words[1])));
        }
    }

    /** As {@link Sample#ofFile} reads it. */
    private String measure(PagesRow row, int round) throws IOException, InterruptedException {
        if (row == PagesRow.HITS) {
            bringIn(plan.residentPages());
        }
        int first = plan.firstEntry(round);
        FileReaders warmUp = readers(row, first, false);
        Thread.sleep(plan.warmUpMs());
        warmUp.stop();
        int next = (int) ((first + warmUp.accesses() / plan.threads()) % AccessPattern.TABLE_LENGTH);
        FileReaders readers = readers(row, next, true);
        Thread.sleep(FilesPlan.SETTLE_MS);
        long start = System.nanoTime();
        long accesses = readers.accesses();
        long reads = cache.pagesRead();
        Thread.sleep(plan.measureMs());
        accesses = readers.accesses() - accesses;
        reads = cache.pagesRead() - reads;
        double seconds = (System.nanoTime() - start) / NS_A_SECOND;
        readers.stop();
        TouchTimes times = readers.times();
        return accesses / seconds
                + " " + times.p50Ns()
                + " " + times.p99Ns()
                + " " + times.p999Ns()
                + " " + (1 - (double) reads / accesses)
                + " " + Double.NaN
                + " " + Double.NaN;
    }

    /** However long that takes a side, so that its warm-up is one of hits. */
    private void bringIn(int pages) throws IOException {
        try (WordReader words = cache.open()) {
            int word = cache.firstWord();
            for (int page = 0; page < pages; page++) {
                file.check(page * (DataFile.PAGE / Long.BYTES) + word, words.read(page, word));
            }
        }
    }

    private FileReaders readers(PagesRow row, int first, boolean timed) {
        int[] table = tables.getOrDefault(row, new int[0]);
        return new FileReaders(file, cache, table, first, plan.threads(), timed);
    }
}
