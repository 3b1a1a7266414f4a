// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import dev.remap.wire.OperatorChannel;
import dev.remap.wire.TouchRing;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code remap trace record}. */
@Command(
        name = "record",
        usageHelpWidth = 100,
        description = {
            "Records the touches that a running manager sees: faults, and touches of pages that were unmapped to see whether they are"
                    + " used. Hits on mapped pages cannot be seen by anybody.",
            "Needs the manager's user id, or root. The manager stops by itself after SECONDS.",
            "Exits with 1 if there is no such manager or region, or nothing was touched."
        })
final class RecordCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int POLL_MS = 10;
    private static final long NS_PER_MS = 1_000_000;

    @Parameters(
            paramLabel = "PID|REGION",
            description = "a manager's or its application's process id, or a region's name")
    private String target = "";

    @Option(names = "--seconds", paramLabel = "N", description = "how long (default: ${DEFAULT-VALUE})")
    private int seconds = 10;

    @Option(
            names = "--one-in",
            paramLabel = "N",
            description = "of one page in so many, all touches (default: ${DEFAULT-VALUE}; 1: of all pages)")
    private int oneIn = 8;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "for \"remap trace simulate\"")
    private Path out = Path.of("");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    /** A manager that records, and the descriptor of its ring. */
    private record Recorder(long managerPid, int descriptor) {
        Path ring() {
            return Path.of("/proc/" + managerPid + "/fd/" + descriptor);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            Recorder recorder = start();
            try {
                return record(recorder);
            } finally {
                end(recorder);
            }
        } catch (IOException e) {
            System.err.println("remap trace: " + e.getMessage());
            return FAILED;
        }
    }

    /** Unless the manager has ended: then so has the recording, and what there is of it has been written. */
    private static void end(Recorder recorder) throws IOException {
        if (Files.exists(recorder.ring())) {
            OperatorChannel.ask(recorder.managerPid, List.of("record-end"));
        }
    }

    private Recorder start() throws IOException {
        String refusal = "no manager is running; a manager runs as long as the program that opened Remap";
        List<String> question = List.of("record", target, Integer.toString(oneIn), Integer.toString(seconds));
        for (long manager : OperatorChannel.managers()) {
            String answer;
            try {
                answer = OperatorChannel.ask(manager, question);
            } catch (IOException e) {
                refusal = String.valueOf(e.getMessage()); // one that has just ended, or is another user's
                continue;
            }
            String rest = answer.substring(answer.indexOf('\n') + 1).strip();
            if (answer.startsWith("ok\n")) {
                return new Recorder(manager, Integer.parseInt(rest));
            }
            refusal = rest;
        }
        throw new IOException(refusal);
    }

    private int record(Recorder recorder) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        RingReader reader;
        try (Arena arena = Arena.ofConfined();
                OutputStream file = new BufferedOutputStream(Files.newOutputStream(out), 1 << 16)) {
            file.write(RecordingLayout.header(oneIn, 0, 0));
            reader = new RingReader(map(recorder.ring(), arena), file);
            while (System.nanoTime() - begin < seconds * 1000L * NS_PER_MS && Files.exists(recorder.ring())) {
                Thread.sleep(POLL_MS);
                reader.drain();
            }
            reader.end();
        }
        long milliseconds = (System.nanoTime() - begin) / NS_PER_MS;
        try (RandomAccessFile file = new RandomAccessFile(out.toFile(), "rw")) {
            file.write(RecordingLayout.header(oneIn, reader.lost(), milliseconds));
        }
        System.out.printf(
                "%,d events of one page in %d in %.1f s, %,d lost: %s%n",
                reader.written(), oneIn, milliseconds / 1000.0, reader.lost(), out);
        return reader.written() == 0 ? FAILED : 0;
    }

    private static MemorySegment map(Path ring, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(ring, StandardOpenOption.READ)) {
            MemorySegment memory = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            if (!TouchRing.isRing(memory)) {
                throw new IOException(ring + " is no ring of this release");
            }
            return memory;
        }
    }
}
