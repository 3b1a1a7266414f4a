// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that one run of benchmarks has to tell: its rows, what it ran on, and what could not run, with the reason. */
final class Results {
    private static final int FORMAT = 1;

    private final String command;
    private final List<ResultRow> rows = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();

    Results(String command) {
        this.command = command;
    }

    void add(ResultRow row) {
        rows.add(row);
    }

    void addAll(List<ResultRow> more) {
        rows.addAll(more);
    }

    /** Every side of a group. */
    void add(SideGroup group) {
        for (int line = 0; line < group.lines(); line++) {
            rows.add(group.row(command, line));
        }
    }

    /** Something that was not measured. */
    void missing(String reason) {
        missing.add(reason);
    }

    void setting(String name, Object value) {
        settings.put(name, value);
    }

    List<ResultRow> rows() {
        return rows;
    }

    List<String> missing() {
        return missing;
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("format", FORMAT);
        fields.put("bench", command);
        fields.put("machine", Machine.json());
        fields.put("settings", settings);
        fields.put("missing", missing);
        fields.put("rows", rows.stream().map(ResultRow::json).toList());
        return fields;
    }
}
