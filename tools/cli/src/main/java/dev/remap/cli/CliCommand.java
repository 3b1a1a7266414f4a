// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line's root: it only has subcommands. */
@Command(
        name = "remap",
        usageHelpWidth = 100,
        description = "Memory larger than DRAM for the JVM.",
        subcommands = {DoctorCommand.class, StatCommand.class, DevicesCommand.class, UpgradeCommand.class})
final class CliCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;
}
