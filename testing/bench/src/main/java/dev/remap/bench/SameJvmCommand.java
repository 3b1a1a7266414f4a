// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.linux.ProcFs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code remap bench same-jvm}: why the manager is a process of its own. Exit status 1 if it need not be. */
@Command(
        name = "same-jvm",
        usageHelpWidth = 100,
        description = {
            "What becomes of a page fault, and of a garbage collection meanwhile, when the thread that answers the fault is one of "
                    + "the same JVM: the reason for the manager's being a process of its own.",
            "Each row is a JVM of its own; one that hangs is killed."
        })
final class SameJvmCommand implements Callable<Integer> {
    private static final int START_TIMEOUT_S = 30;
    private static final int DEADLINE_S = 5;
    private static final String NEVER = "not within " + DEADLINE_S + " s";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    /** What one case came to; a time is null if it did not end. */
    private record Outcome(@Nullable Long touchNs, @Nullable Long collectionNs, List<String> stuck) {
        boolean isComplete(SameJvmCase which) {
            return touchNs != null && (collectionNs != null || !which.collects());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        TextTable table = new TextTable(2, "fault answered by", "touch by", "touch took", "collection took");
        List<String> stuck = List.of();
        boolean asExpected = true;
        for (SameJvmCase which : SameJvmCase.values()) {
            Outcome outcome = run(which);
            table.row(which.handler(), which.touch(), time(outcome.touchNs), collection(which, outcome));
            stuck = outcome.stuck.isEmpty() ? stuck : outcome.stuck;
            asExpected &= outcome.isComplete(which) == which.ends();
        }
        table.lines().forEach(System.out::println);
        if (!stuck.isEmpty()) {
            System.out.println("\nThreads of the JVM that hung, and what each waits for in the kernel:");
            stuck.forEach(line -> System.out.println("  " + line));
        }
        return asExpected ? 0 : 1;
    }

    private static String collection(SameJvmCase which, Outcome outcome) {
        return which.collects() ? time(outcome.collectionNs) : "none asked for";
    }

    private static String time(@Nullable Long ns) {
        return ns == null ? NEVER : Format.of("%,d ms", ns / 1_000_000);
    }

    private static Outcome run(SameJvmCase which) throws IOException, InterruptedException {
        Process process = SameJvmMain.command(which.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            LinkedBlockingQueue<String> lines = linesOf(process);
            String first = lines.poll(START_TIMEOUT_S, TimeUnit.SECONDS);
            if (!"touching".equals(first)) {
                throw new IOException("case " + which + " did not start; its messages are above");
            }
            return follow(which, lines, process.pid());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Outcome follow(SameJvmCase which, LinkedBlockingQueue<String> lines, long pid)
            throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_S);
        Outcome outcome = new Outcome(null, null, List.of());
        while (!outcome.isComplete(which)) {
            String line = lines.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                return new Outcome(outcome.touchNs, outcome.collectionNs, waits(pid));
            }
            long ns = Long.parseLong(line.substring(line.indexOf(' ') + 1));
            outcome = line.startsWith("touch ")
                    ? new Outcome(ns, outcome.collectionNs, List.of())
                    : new Outcome(outcome.touchNs, ns, List.of());
        }
        return outcome;
    }

    private static LinkedBlockingQueue<String> linesOf(Process process) {
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(process, lines), "reads-output");
        reader.setDaemon(true);
        reader.start();
        return lines;
    }

    private static void read(Process process, LinkedBlockingQueue<String> lines) {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("unreadable: " + e.getMessage());
        }
    }

    /** The threads that matter, each with the kernel function it sleeps in. */
    private static List<String> waits(long pid) throws IOException {
        List<String> names = List.of(SameJvmMain.TOUCH_THREAD, SameJvmMain.HANDLER_THREAD, "VM Thread");
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.filter(thread -> names.contains(name(thread)))
                    .map(thread -> Format.of("%-15s %s", name(thread), ProcFs.read(thread.resolve("wchan"))))
                    .toList();
        }
    }

    private static String name(Path thread) {
        return ProcFs.read(thread.resolve("comm")).strip();
    }
}
