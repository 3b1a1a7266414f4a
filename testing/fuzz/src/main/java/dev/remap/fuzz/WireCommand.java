// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture wire}: fuzzes the decoders. Exit status: 0 all right, 1 something was wrong, 2 usage. */
@Command(
        name = "wire",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Feeds every decoder of the wire protocol with bytes of Jazzer's choice.",
            "Violations: an exception other than a refusal, a decoder that allocates more than its message can fill, a message that is"
                    + " encoded otherwise than it was read, one that depends on the bytes behind it."
        })
public final class WireCommand implements Callable<Integer> {
    private static final int LINES_SHOWN = 60;

    @Option(names = "--seconds", description = "how long (default: ${DEFAULT-VALUE})")
    int seconds = 60;

    @Option(names = "--runs", description = "executions at most (default: as many as there is time for)")
    long runs;

    @Option(names = "--seed", description = "where chance begins (default: a new one)")
    @Nullable
    Integer seed;

    @Option(
            names = "--corpus",
            paramLabel = "<folder>",
            description = "read inputs from here and keep new ones (default: none)")
    @Nullable
    Path corpus;

    private final PrintStream out;
    private final ArrayDeque<String> lastLines = new ArrayDeque<>();
    private boolean showing;

    /** Prints to standard output. */
    public WireCommand() {
        this(System.out);
    }

    WireCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("remap-fuzz-");
        boolean right = false;
        try {
            right = fuzz(scratch);
            return right ? 0 : 1;
        } finally {
            if (right) {
                delete(scratch);
            }
        }
    }

    private boolean fuzz(Path scratch) throws IOException, InterruptedException {
        Path inputs =
                corpus == null ? Files.createDirectory(scratch.resolve("corpus")) : Files.createDirectories(corpus);
        Path findings = Files.createDirectory(scratch.resolve("findings"));
        SeedCorpus.writeTo(inputs);
        int start = seed == null ? new SplittableRandom().nextInt(1, Integer.MAX_VALUE) : seed;
        FuzzFigures figures = new FuzzFigures();
        JazzerProcess.Limits limits = new JazzerProcess.Limits(seconds, runs);
        int status = JazzerProcess.run(limits, start, inputs, findings, line -> take(line, figures));
        out.println(figures);
        if (status == 0 && figures.allRight()) {
            return true;
        }
        if (!showing) {
            lastLines.forEach(out::println);
        }
        out.println("Jazzer ended with status " + status + ", --seed=" + start + "; its findings are in " + findings);
        return false;
    }

    /** Shows what Jazzer says of a violation; keeps the last lines for the case that it ends otherwise. */
    private void take(String line, FuzzFigures figures) {
        showing |= figures.add(line);
        if (showing) {
            out.println(line);
        }
        lastLines.add(line);
        if (lastLines.size() > LINES_SHOWN) {
            lastLines.remove();
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files of a run", e);
        }
    }
}
