// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import picocli.CommandLine;

/** The program behind {@code remap serve}. */
public final class BrokerMain {
    private BrokerMain() {}

    /** Runs it and ends the JVM with its status. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ServeCommand()).execute(args));
    }
}
