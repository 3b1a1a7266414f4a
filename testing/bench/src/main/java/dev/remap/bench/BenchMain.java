// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import picocli.CommandLine;

/** Starts the benchmarks. */
public final class BenchMain {
    private BenchMain() {}

    /** Runs one with the given options, then ends the process. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** All benchmarks. */
    static CommandLine commandLine() {
        return new CommandLine(new BenchCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    }
}
