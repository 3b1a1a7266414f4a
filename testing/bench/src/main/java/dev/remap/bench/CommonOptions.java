// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every benchmark can be told. */
final class CommonOptions {
    @Option(names = "--quick", description = "measure less: for a look, not for a record")
    private boolean quick;

    @Option(
            names = "--json",
            arity = "0..1",
            paramLabel = "FILE",
            fallbackValue = Console.STANDARD_OUTPUT,
            description =
                    "write one JSON object to FILE; without FILE as the last line, and the rest to standard error")
    private @Nullable String json;

    @Option(
            names = "--history",
            arity = "0..1",
            paramLabel = "FILE",
            fallbackValue = History.DEFAULT,
            description = "add the same to FILE, a run a line (without FILE: ${FALLBACK-VALUE})")
    private @Nullable Path history;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    boolean quick() {
        return quick;
    }

    /** Where words and results go. */
    Console console() {
        return new Console(json, history());
    }

    /** Where results are kept; null if they are not. */
    @Nullable
    History history() {
        return history == null ? null : new History(history);
    }
}
