// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The benchmarks' root: it only has subcommands. */
@Command(
        name = "remap bench",
        usageHelpWidth = 100,
        description = "Measures Remap beside what it is to be compared with, both in one session.",
        subcommands = {
            HitCommand.class,
            FaultCommand.class,
            RateCommand.class,
            TierCommand.class,
            FilesCommand.class,
            PagesCommand.class,
            TpchCommand.class,
            SparseCommand.class,
            MemoryCommand.class,
            ScaleCommand.class,
            StartCommand.class,
            SameJvmCommand.class,
            NeighboursCommand.class,
            RestartCommand.class,
            DevicesBenchCommand.class,
            DriverLoadCommand.class,
            AllCommand.class
        })
final class BenchCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;
}
