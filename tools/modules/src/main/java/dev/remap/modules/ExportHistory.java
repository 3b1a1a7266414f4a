// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.modules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The entries of {@code docs/exports}, one after another: what they say that the class of each package is now.
 *
 * @param classes by package
 * @param problems entries that are not complete, or do not fit those before them
 */
record ExportHistory(Map<String, String> classes, List<String> problems) {
    private static final Pattern ROW =
            Pattern.compile("\\| (added|reclassified|removed) \\| `([a-z0-9_.]+)` \\| (STABLE|GPL_ONLY) \\|");
    private static final Pattern ENTRY = Pattern.compile("[0-9]{4}-.*\\.md");
    private static final List<String> SECTIONS = List.of("Reason", "Consumers", "For those affected");

    /** Reads the entries of a folder, by their numbers' order. */
    static ExportHistory read(Path folder) throws IOException {
        ExportHistory history = new ExportHistory(new TreeMap<>(), new ArrayList<>());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                if (ENTRY.matcher(name).matches()) {
                    history.add(name, Files.readString(file));
                }
            }
        }
        return history;
    }

    private void add(String name, String text) {
        for (String section : SECTIONS) {
            if (!Pattern.compile("(?m)^## " + section + "\\s+\\S[^#]")
                    .matcher(text)
                    .find()) {
                problems.add("docs/exports/" + name + " has nothing under \"## " + section + "\"");
            }
        }
        Matcher rows = ROW.matcher(text);
        boolean any = false;
        while (rows.find()) {
            any = true;
            apply(name, rows.group(1), rows.group(2), rows.group(3));
        }
        if (!any) {
            problems.add("docs/exports/" + name + " has no row of the kind | added | `package` | STABLE |");
        }
    }

    private void apply(String name, String change, String packageName, String exportClass) {
        boolean known = classes.containsKey(packageName);
        if (known == change.equals("added")) {
            problems.add("docs/exports/" + name + ": " + packageName + " is " + change + ", but it was "
                    + (known ? classes.get(packageName) : "no export") + " before");
        }
        if (change.equals("removed")) {
            classes.remove(packageName);
        } else {
            classes.put(packageName, exportClass);
        }
    }
}
