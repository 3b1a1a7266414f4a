// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts {@code remap trace}. */
public final class TraceMain {
    private TraceMain() {}

    /** Runs the command named first, then ends the process. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command named first; answers its exit status. */
    public static int run(String... args) {
        return new CommandLine(new Root()).execute(args);
    }

    @Command(
            name = "remap trace",
            usageHelpWidth = 100,
            description =
                    "Replacement: records what running managers see of accesses, and simulates policies on traces.",
            subcommands = {RecordCommand.class, SimulateCommand.class})
    private static final class Root {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "show this help")
        @SuppressWarnings("unused") // picocli acts on it
        private boolean help;
    }
}
