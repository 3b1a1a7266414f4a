// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a benchmark's words go: standard output, or standard error if that is to be one line of JSON. */
final class Console {
    private static final String CLEAR_LINE = "\r\u001b[K";

    /** In place of a file's name. */
    static final String STANDARD_OUTPUT = "-";

    private final @Nullable String json;
    private final @Nullable History history;
    private final PrintStream out;

    @SuppressWarnings("SystemConsoleNull") // JDK 25 answers null in a pipe
    private final boolean terminal = System.console() != null;

    /**
     * @param json where results go: a file's name or {@link #STANDARD_OUTPUT}; null if nobody asked for them
     * @param history where they are kept as well; null if nowhere
     */
    Console(@Nullable String json, @Nullable History history) {
        this.json = json;
        this.history = history;
        out = STANDARD_OUTPUT.equals(json) ? System.err : System.out;
    }

    void lines(List<String> lines) {
        lines.forEach(out::println);
    }

    /** What is being done, on a line that the next one replaces; nothing in a pipe. */
    void progress(String what) {
        if (terminal) {
            System.err.print(CLEAR_LINE + what);
        }
    }

    void endProgress() {
        progress("");
    }

    /** The result for programs, if they asked for it. */
    void result(Map<String, Object> fields) throws IOException {
        if (history != null) {
            history.append(fields);
        }
        if (json == null) {
            return;
        }
        String text = JSON.std.asString(fields);
        if (json.equals(STANDARD_OUTPUT)) {
            System.out.println(text);
        } else {
            Files.writeString(Path.of(json), text + System.lineSeparator());
        }
    }
}
