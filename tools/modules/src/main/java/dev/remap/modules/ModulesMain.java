// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.modules;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Starts {@code remap exports} and {@code remap driver}. */
public final class ModulesMain {
    private ModulesMain() {}

    /** Runs the command named first, then ends the process. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Root()).execute(args));
    }

    @Command(
            name = "remap",
            subcommands = {ExportsCommand.class, DriverCommand.class})
    private static final class Root {}
}
