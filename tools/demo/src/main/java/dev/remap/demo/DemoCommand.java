// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the demonstration, and what becomes of its result. */
@Command(
        name = "remap demo",
        sortOptions = false,
        subcommands = FilesCommand.class,
        usageHelpWidth = 100,
        description = {
            "Runs two TPC-H queries in plain Java on a table that is larger than the memory it gets.",
            "Exits with 0 if both answers are right and the budget was kept, 1 if not, 2 if it could not run."
        })
final class DemoCommand implements Callable<Integer> {
    static final int WRONG = 1;
    static final int FAILED = 2;

    @Option(
            names = "--scale",
            paramLabel = "N",
            defaultValue = "1",
            description = "TPC-H scale factor: 1 is 6,001,215 rows (default: ${DEFAULT-VALUE})")
    private double scale;

    @Option(
            names = "--dram",
            paramLabel = "SIZE",
            description = "DRAM budget, for instance 128m (default: a fifth of the table, or what zram alone needs)")
    private String dram = "";

    @Option(
            names = "--tiers",
            paramLabel = "LIST",
            defaultValue = Tiers.DEFAULT,
            description = "where pages go, fastest first: zram, zram:zstd, file (default: ${DEFAULT-VALUE})")
    private String tiers = Tiers.DEFAULT;

    @Option(
            names = "--spill",
            paramLabel = "DIR",
            description = "where the tier 'file' has its files (default: java.io.tmpdir)")
    private Path spill = RemapConfig.defaults().spillDirectory();

    @Option(names = "--json", description = "print one JSON object as the last line; the rest goes to standard error")
    private boolean json;

    @Option(names = "--no-color", description = "no colours, as the environment variable NO_COLOR")
    private boolean noColor;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Sizing sizing = sizing();
        Screen screen = Screen.standard(json, !noColor);
        try {
            return show(new DemoRun(sizing, spill, screen).run(), screen);
        } catch (RemapException e) {
            return failed(screen, e.getMessage() + advice(e));
        } catch (InternalError e) {
            return failed(screen, "a page could not be served: " + e.getMessage());
        }
    }

    private Tiers tiers() {
        try {
            return Tiers.parse(tiers);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--tiers: " + e.getMessage(), e);
        }
    }

    private int show(DemoResult result, Screen screen) throws IOException {
        Report.lines(result, screen).forEach(screen::line);
        if (json) {
            System.out.println(JsonReport.line(result));
        }
        return result.good() ? 0 : WRONG;
    }

    private static String advice(RemapException failure) {
        return failure.category() == RemapException.Category.NO_MEMORY
                ? " The budget is too small for these tiers: raise --dram, or add file to --tiers."
                : "";
    }

    private static int failed(Screen screen, @Nullable String message) {
        if (screen.terminal()) {
            screen.redraw("");
        }
        System.err.println("remap demo: " + message);
        return FAILED;
    }

    private Sizing sizing() {
        if (!(scale > 0 && scale <= 1000)) {
            throw new ParameterException(spec.commandLine(), "--scale must be above 0 and at most 1000, not " + scale);
        }
        try {
            long bytes = dram.isEmpty() ? 0 : Units.parseBytes(dram);
            if (bytes == 0 && !dram.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "--dram must be above 0");
            }
            return Sizing.of(scale, bytes, tiers());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--dram: " + e.getMessage(), e);
        }
    }
}
