// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code remap trace simulate}. */
@Command(
        name = "simulate",
        usageHelpWidth = 100,
        description = {
            "Runs the manager's replacement policies over a trace and prints how often each finds the page in memory, beside OPT"
                    + " (Belady's, which knows the future) and LRU (which sees every access).",
            "minor: hits that are minor faults, the price of seeing touches. bytes/page: queues, inactive list and marks, for each"
                    + " page of memory. ns/access: of the simulator.",
            "Exits with 1 if a trace cannot be read."
        })
final class SimulateCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int[] PERCENTS = {5, 10, 20, 40};

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "traces to read")
    private List<Path> files = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "remap, text (a key a line), arc (*.lis), spc (*.spc), oracle-general; without it, by content and name")
    private @Nullable String format;

    @Option(
            names = "--synthetic",
            split = ",",
            paramLabel = "NAME",
            description = "zipf, uniform, loop (1.2 times memory), zipf-scan, zipf-loop, moving, or all")
    private List<String> synthetic = List.of();

    @Option(names = "--seed", description = "of synthetic traces (default: ${DEFAULT-VALUE})")
    private long seed = 42;

    @Option(
            names = "--pages",
            paramLabel = "N",
            description = "the memory, in pages, that synthetic traces are made for (default: ${DEFAULT-VALUE})")
    private int pages = 16_384;

    @Option(
            names = "--accesses",
            paramLabel = "N",
            description = "length of synthetic traces, the most read of a file (default: ${DEFAULT-VALUE})")
    private int accesses = 2_000_000;

    @Option(
            names = "--memory",
            split = ",",
            paramLabel = "SIZE",
            converter = MemorySize.Converter.class,
            description =
                    "sizes such as 64M, or 10%% of all pages (default: 5%%,10%%,20%%,40%%; a synthetic trace's own, half and"
                            + " twice of it)")
    private List<MemorySize> memory = List.of();

    @Option(
            names = "--policy",
            split = ",",
            paramLabel = "POLICY",
            description = "of opt, s3fifo, clock, clockpro, lru (default: all)")
    private List<String> policies = Simulation.names();

    @Option(names = "--json", description = "print an object a trace, on a line")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() {
        try {
            check();
            for (Path file : files) {
                TraceFormat as = format == null ? TraceFormat.of(file) : TraceFormat.of(format);
                print(as.read(file, accesses), percents());
            }
            for (SyntheticTrace made : synthetics()) {
                print(made.make(seed, pages, accesses), ownSizes());
            }
            return 0;
        } catch (NoSuchFileException e) {
            System.err.println("remap trace: no file " + e.getMessage());
        } catch (IOException e) {
            System.err.println("remap trace: " + e.getMessage());
        }
        return FAILED;
    }

    private void check() throws IOException {
        if (files.isEmpty() && synthetic.isEmpty()) {
            throw new IOException("name a file, or --synthetic zipf");
        }
        if (accesses < 1 || pages < 10 || pages > 1 << 26) {
            throw new IOException("--accesses is at least 1, --pages from 10 to " + (1 << 26));
        }
        for (String policy : policies) {
            if (!Simulation.names().contains(policy)) {
                throw new IOException(
                        "no policy \"" + policy + "\"; there are: " + String.join(", ", Simulation.names()));
            }
        }
    }

    private List<SyntheticTrace> synthetics() throws IOException {
        if (synthetic.contains("all")) {
            return List.of(SyntheticTrace.values());
        }
        List<SyntheticTrace> wanted = new ArrayList<>();
        for (String name : synthetic) {
            wanted.add(Arrays.stream(SyntheticTrace.values())
                    .filter(trace -> trace.option().equals(name.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no synthetic trace \"" + name + "\"; there are: "
                            + Arrays.stream(SyntheticTrace.values())
                                    .map(SyntheticTrace::option)
                                    .collect(Collectors.joining(", ")))));
        }
        return wanted;
    }

    private static List<MemorySize> percents() {
        return Arrays.stream(PERCENTS).mapToObj(MemorySize::ofPercent).toList();
    }

    private List<MemorySize> ownSizes() {
        return List.of(MemorySize.ofPages(pages / 2), MemorySize.ofPages(pages), MemorySize.ofPages(2L * pages));
    }

    private void print(Trace trace, List<MemorySize> sizes) {
        List<Simulation.Result> results = new ArrayList<>();
        for (MemorySize size : memory.isEmpty() ? sizes : memory) {
            for (String policy : policies) {
                results.add(Simulation.run(trace, policy, size.pages(trace)));
            }
        }
        SimulationReport report = new SimulationReport(trace, results);
        System.out.println(json ? report.json() : report.text());
    }
}
