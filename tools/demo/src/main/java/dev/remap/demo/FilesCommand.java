// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the demonstration over files. */
@Command(
        name = "files",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Looks orders up in an index of two files, by Remap, FileChannel.map and FileChannel.read, under one memory limit.",
            "Exits with 0 if all ways read the same bytes, 1 if not, 2 if it could not run."
        })
final class FilesCommand implements Callable<Integer> {
    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "2.1g",
            description = "bytes of both files (default: ${DEFAULT-VALUE})")
    private String size = "";

    @Option(
            names = "--lookups",
            paramLabel = "N",
            defaultValue = "100000",
            description = "lookups in each phase, fewer if they take too long (default: ${DEFAULT-VALUE})")
    private int lookups;

    @Option(names = "--dram", paramLabel = "SIZE", description = "Remap's DRAM budget (default: a fifth of the data)")
    private String dram = "";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "where the files are made, or found if kept by an earlier run (default: ${DEFAULT-VALUE})")
    private Path directory = Path.of("");

    @Option(names = "--keep", description = "keep the files for later runs; otherwise what a run makes it deletes")
    private boolean keep;

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
    public Integer call() {
        FilesSizing sizing = sizing();
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(spec.commandLine(), "--dir: " + directory + " is not a directory");
        }
        Screen screen = Screen.standard(json, !noColor);
        try {
            FilesResult result = new FilesRun(sizing, directory, keep, screen).run();
            FilesReport.lines(result, screen).forEach(screen::line);
            if (json) {
                System.out.println(FilesReport.json(result));
            }
            return 0;
        } catch (IllegalStateException e) {
            System.err.println("remap demo files: " + e.getMessage());
            return DemoCommand.WRONG;
        } catch (IOException e) {
            System.err.println("remap demo files: " + e.getMessage());
            return DemoCommand.FAILED;
        }
    }

    private FilesSizing sizing() {
        long bytes = bytes("--size", size, FilesSizing.LEAST_DATA_BYTES, FilesSizing.MOST_DATA_BYTES);
        if (lookups < Lookups.STRIDE || lookups > 10_000_000) {
            throw new ParameterException(
                    spec.commandLine(), "--lookups must be from " + Lookups.STRIDE + " to 10000000, not " + lookups);
        }
        return FilesSizing.of(bytes, lookups, dram.isEmpty() ? 0 : bytes("--dram", dram, 1, Long.MAX_VALUE / 2));
    }

    private long bytes(String option, String text, long least, long most) {
        try {
            long bytes = Units.parseBytes(text);
            if (bytes < least || bytes > most) {
                throw new ParameterException(
                        spec.commandLine(),
                        option + " must be from " + Units.bytes(least) + " to " + Units.bytes(most) + ", not " + text);
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }
}
