// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code remap bench all}. */
@Command(
        name = "all",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Every benchmark that has a target, and TPC-H, one after the other, and a page about what they came to: docs/performance.md",
            "and its pictures. --quick takes up to a quarter of an hour on two CPUs. Exits with 1 if one of them failed."
        })
final class AllCommand implements Callable<Integer> {
    private static final String PICTURES = "performance";

    /** The one whose ratios are so many, and so near each other, that a picture helps. */
    private static final String PLOTTED = "tier";

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "hit,fault,rate,tier,files,pages,tpch,memory,sparse,start",
            description = "which of them (default: ${DEFAULT-VALUE})")
    private List<String> only = List.of();

    @Option(
            names = "--page",
            paramLabel = "FILE",
            defaultValue = "docs/performance.md",
            description = "where the page goes; its pictures go to a folder beside it (default: ${DEFAULT-VALUE})")
    private Path page = Path.of("");

    @Option(names = "--umap", paramLabel = "DIR", description = "an installed LLNL UMap, for files")
    private @Nullable Path umap;

    private final Results results = new Results("all");
    private int failed;

    @Override
    public Integer call() throws IOException {
        Console console = options.console();
        try (ScratchFolder folder = ScratchFolder.create()) {
            for (String name : only) {
                console.lines(List.of("", "== ./remap bench " + name));
                run(name, folder.resolve(name));
            }
        }
        console.result(results.json());
        write();
        console.lines(List.of("", "Written: " + page));
        return failed == 0 ? 0 : 1;
    }

    private void run(String name, Path json) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(name, "--json", json.toString()));
        if (options.quick()) {
            arguments.add("--quick");
            arguments.addAll(quickOptions(name));
        }
        Path folder = umap;
        if (folder != null && name.equals("files")) {
            arguments.addAll(List.of("--umap", folder.toString()));
        }
        int status = BenchMain.commandLine().execute(arguments.toArray(String[]::new));
        if (status != 0 || !Files.exists(json)) {
            failed++;
            results.missing(name + ": it ended with status " + status + "; its messages say why");
            return;
        }
        Map<String, Object> fields = JSON.std.mapFrom(Files.readString(json));
        if (fields.get("rows") instanceof List<?> rows) {
            rows.forEach(row -> results.add(ResultRow.parse((Map<?, ?>) row)));
        }
        if (fields.get("missing") instanceof List<?> missing) {
            missing.forEach(reason -> results.missing(name + ": " + reason));
        }
    }

    /** What makes the longest of them shorter still. */
    private static List<String> quickOptions(String name) {
        return switch (name) {
            case "tier" -> List.of("--rounds", "2");
            case "files" -> List.of("--rounds", "2", "--size", "512M", "--dram", "128M");
            default -> List.of();
        };
    }

    private void write() throws IOException {
        Path folder = page.toAbsolutePath().resolveSibling(PICTURES);
        Files.createDirectories(folder);
        List<String> plots = new ArrayList<>();
        RatioPlot ratios = new RatioPlot(PLOTTED, results.rows());
        if (!ratios.isEmpty()) {
            ratios.write(folder);
            plots.add(PICTURES + "/" + PLOTTED + ".svg");
        }
        History history = options.history();
        HistoryPlot plot = new HistoryPlot(history == null ? List.of() : history.runs());
        if (!plot.isEmpty()) {
            plot.write(folder.resolve("history.svg"));
            plots.add(PICTURES + "/history.svg");
        }
        List<String> lines =
                new PerformancePage(results.rows(), results.missing(), plots, options.quick()).lines(Machine.json());
        Files.write(page, lines);
    }
}
