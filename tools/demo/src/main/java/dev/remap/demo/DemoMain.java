// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import picocli.CommandLine;

/** Starts the demonstration. */
public final class DemoMain {
    private DemoMain() {}

    /** Runs it with the given options, then ends the process. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new DemoCommand()).execute(args));
    }
}
