// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import picocli.CommandLine;

/** Starts the command line. */
public final class CliMain {
    private CliMain() {}

    /** Runs the subcommand named first, then ends the process. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CliCommand()).execute(args));
    }
}
