// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One way, in a JVM of its own. Standard output is for the JVM that started it: {@code at <phase> <lookups>}, and {@code result <phase>
 * <JSON>}.
 */
public final class LookupMain {
    private final Way way;
    private final IndexFiles files;
    private final int count;
    private final double maxSeconds;
    private final long dramBytes;
    private final SafepointLog log;

    private LookupMain(String[] args) {
        way = Way.valueOf(args[0]);
        files = new IndexFiles(Path.of(args[1]));
        count = Integer.parseInt(args[2]);
        maxSeconds = Double.parseDouble(args[3]);
        dramBytes = Long.parseLong(args[4]);
        log = new SafepointLog(Path.of(args[5]));
    }

    /** Arguments: way, folder, lookups, seconds a phase may take, bytes of Remap's budget, the log of safepoints. */
    public static void main(String[] args) {
        int status = 0;
        try {
            new LookupMain(args).run();
        } catch (IOException | RuntimeException | InternalError e) {
            System.err.println("remap demo files: " + args[0] + ": " + e);
            status = DemoCommand.FAILED;
        }
        System.exit(status);
    }

    private void run() throws IOException {
        long[] fences = files.readFences();
        int[] sums = files.readSums();
        long entries = files.readFacts().entries();
        Safepoints.start();
        try (FileAccess access = FileAccess.open(way, files, dramBytes)) {
            Lookups lookups = new Lookups(access, fences, entries);
            for (Phase phase : Phase.values()) {
                KeyPicker picker = new KeyPicker(entries, phase.seed());
                LookupPhase lookupPhase = new LookupPhase(access, lookups, picker, count);
                say(phase, run(phase, lookupPhase, access, sums));
            }
        }
    }

    private PhaseResult run(Phase phase, LookupPhase lookups, FileAccess access, int[] sums) throws IOException {
        long start = System.nanoTime();
        if (!phase.scans()) {
            PhaseResult result = lookups.run(maxSeconds, done -> say(phase, done));
            return result.stallNs(log.longestNs(start, System.nanoTime()));
        }
        SequentialScan scan = new SequentialScan(access, Files.size(files.records()), sums);
        PhaseResult result;
        try (scan) {
            result = lookups.run(maxSeconds, done -> say(phase, done));
        }
        long stallNs = log.longestNs(start, System.nanoTime());
        access.check();
        return result.beside(scan.scanned(), stallNs);
    }

    private static void say(Phase phase, long done) {
        System.out.println("at " + phase + " " + done);
    }

    private static void say(Phase phase, PhaseResult result) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>(result.fields());
        fields.put("trail", result.trail());
        System.out.println("result " + phase + " " + JSON.std.asString(fields));
    }
}
