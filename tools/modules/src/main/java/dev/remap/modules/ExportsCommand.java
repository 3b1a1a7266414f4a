// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.modules;

import dev.remap.core.module.Grade;
import dev.remap.wire.OperatorChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code remap exports}. */
@Command(
        name = "exports",
        usageHelpWidth = 100,
        description = {
            "Shows what Remap exports: package, class, since when, why, which modules of Remap use it, and which drivers that are loaded"
                    + " now.",
            "STABLE is for everybody; GPL_ONLY for drivers whose declared licence is compatible with GPL-2.0."
        })
final class ExportsCommand implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(
            names = "--check",
            description =
                    "hold the class files, exports.lock and docs/exports to each other; exits with 1 if they differ")
    private boolean check;

    @Option(names = "--write", description = "write exports.lock anew")
    private boolean write;

    @Option(
            names = "--root",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "where exports.lock and docs/exports are (default: here)")
    private Path root = Path.of("");

    @Override
    public Integer call() throws IOException {
        List<ExportedPackage> packages = ExportScan.ofThisProgram();
        if (write) {
            Files.write(root.resolve(ExportCheck.LOCK), ExportCheck.lines(packages));
        }
        if (check || write) {
            List<String> problems = ExportCheck.problems(root, packages);
            problems.forEach(System.err::println);
            System.out.println(packages.size() + " exported packages, " + problems.size() + " problems");
            return problems.isEmpty() ? 0 : 1;
        }
        print(packages, loadedNow());
        return 0;
    }

    private static void print(List<ExportedPackage> packages, Map<String, Set<String>> loaded) {
        for (ExportedPackage each : packages) {
            Grade grade = each.grade();
            String modules =
                    grade == null || grade.modules().isEmpty() ? "" : ", for " + String.join(", ", grade.modules());
            System.out.println(each.name() + "  " + each.exportClass()
                    + (grade == null ? "" : " since " + grade.since()) + modules);
            System.out.println("    why: " + (grade == null ? "" : grade.reason()));
            System.out.println("    used by: " + orNone(each.consumers()));
            if (loaded.containsKey(each.name())) {
                System.out.println("    drivers loaded now: " + String.join(", ", loaded.get(each.name())));
            }
            each.types().stream()
                    .filter(line -> line.contains(" @GPL_ONLY"))
                    .forEach(line ->
                            System.out.println("    has something stricter: " + line.substring(0, line.indexOf(' '))));
        }
    }

    private static String orNone(Set<String> names) {
        return names.isEmpty() ? "nobody" : String.join(", ", names);
    }

    /** Drivers of all managers that answer, by the packages that were granted. */
    private static Map<String, Set<String>> loadedNow() {
        Map<String, Set<String>> byPackage = new TreeMap<>();
        for (long manager : OperatorChannel.managers()) {
            for (String line : answer(manager)) {
                String[] parts = line.split("\t", -1);
                if (parts.length == 2) {
                    byPackage
                            .computeIfAbsent(parts[1], key -> new TreeSet<>())
                            .add(parts[0] + " (manager " + manager + ")");
                }
            }
        }
        return byPackage;
    }

    private static List<String> answer(long manager) {
        try {
            return OperatorChannel.ask(manager, List.of("granted")).lines().toList();
        } catch (IOException e) {
            System.err.println("remap exports: " + e.getMessage());
            return new ArrayList<>();
        }
    }
}
