// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file of results, one run a line, which only grows. */
final class History {
    /** Where the project keeps its own, seen from its folder. */
    static final String DEFAULT = "docs/performance/history.jsonl";

    /** The field of a run that says when it ended, in ISO 8601. */
    static final String TIME = "time";

    private final Path file;

    History(Path file) {
        this.file = file;
    }

    /** Adds a run that has just ended. */
    void append(Map<String, Object> results) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(TIME, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.putAll(results);
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Files.writeString(file, JSON.std.asString(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Its runs, the oldest first; none if there is no such file. */
    List<Map<String, Object>> runs() throws IOException {
        List<Map<String, Object>> runs = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                runs.add(JSON.std.mapFrom(line));
            }
        }
        return runs;
    }
}
