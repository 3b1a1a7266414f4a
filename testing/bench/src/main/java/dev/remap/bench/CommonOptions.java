// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import picocli.CommandLine.Option;

/** What every benchmark can be told. */
final class CommonOptions {
    @Option(names = "--quick", description = "measure less: for a look, not for a record")
    private boolean quick;

    @Option(names = "--json", description = "print one JSON object as the last line; the rest goes to standard error")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    boolean quick() {
        return quick;
    }

    boolean json() {
        return json;
    }
}
