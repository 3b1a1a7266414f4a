// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.modules;

import dev.remap.core.module.Grade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Holds three things to each other: what the class files export, what {@code exports.lock} says, and what the entries of {@code
 * docs/exports} have said. So no class changes silently: not in the code alone, and not in the code and the lock.
 */
public final class ExportCheck {
    static final String LOCK = "exports.lock";
    private static final String HEADER =
            "# What Remap exports, by ./remap exports --write; a line a type of STABLE packages. Changes of classes need an entry in"
                    + " docs/exports.";
    private static final String DRIVER_API = "dev.remap.driver";

    private final Path root;
    private final List<ExportedPackage> packages;
    private final List<String> problems = new ArrayList<>();

    private ExportCheck(Path root, List<ExportedPackage> packages) {
        this.root = root;
        this.packages = packages;
    }

    /** Everything that is wrong with the modules of Remap on a path; empty if nothing is. */
    public static List<String> problems(Path root, String path) throws IOException {
        return problems(root, ExportScan.of(path));
    }

    static List<String> problems(Path root, List<ExportedPackage> packages) throws IOException {
        ExportCheck check = new ExportCheck(root, packages);
        packages.forEach(check::one);
        check.history();
        check.lock();
        return check.problems;
    }

    /** What {@code exports.lock} has to be for the modules of Remap on a path. */
    public static List<String> lines(String path) throws IOException {
        return lines(ExportScan.of(path));
    }

    static List<String> lines(List<ExportedPackage> packages) {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        packages.forEach(each -> lines.addAll(each.lines()));
        return lines;
    }

    private void one(ExportedPackage exported) {
        Grade grade = exported.grade();
        if (grade == null) {
            problems.add(exported.name() + " is exported and has no @Exported in its package-info");
            return;
        }
        if (exported.isStable() != exported.unqualified()) {
            problems.add(exported.name() + " is " + exported.exportClass() + ", but its module exports it to "
                    + (exported.unqualified() ? "everybody" : "named modules only"));
        }
        if (!exported.isStable()
                && exported.consumers().stream().noneMatch(name -> isConsumer(exported, grade, name))) {
            problems.add(exported.name()
                    + " is GPL_ONLY and nothing in this repository uses it: an export without a consumer has no"
                    + " reason to be");
        }
        problems.addAll(exported.flaws());
    }

    /** Of what is for all drivers, the core that implements it is none. */
    private static boolean isConsumer(ExportedPackage exported, Grade grade, String module) {
        boolean forAllDrivers =
                exported.module().equals(DRIVER_API) && grade.modules().isEmpty();
        return forAllDrivers ? module.startsWith(DRIVER_API + ".") : !module.equals(exported.module());
    }

    private void history() throws IOException {
        ExportHistory history = ExportHistory.read(root.resolve("docs/exports"));
        problems.addAll(history.problems());
        Map<String, String> now = new TreeMap<>();
        packages.forEach(each -> now.put(each.name(), each.exportClass()));
        TreeSet<String> names = new TreeSet<>(now.keySet());
        names.addAll(history.classes().keySet());
        for (String name : names) {
            String said = history.classes().getOrDefault(name, "no export");
            String is = now.getOrDefault(name, "no export");
            if (!said.equals(is)) {
                problems.add(
                        name + " is " + is + ", and " + said
                                + " by docs/exports: add an entry there with reason, consumers, and the way for those affected");
            }
        }
    }

    private void lock() throws IOException {
        Path file = root.resolve(LOCK);
        List<String> said = Files.exists(file) ? Files.readAllLines(file) : List.of();
        List<String> is = lines(packages);
        if (said.equals(is)) {
            return;
        }
        List<String> gone = new ArrayList<>(said);
        gone.removeAll(is);
        List<String> come = new ArrayList<>(is);
        come.removeAll(said);
        gone.forEach(line -> problems.add(LOCK + " has, and the class files have not: " + shortened(line)));
        come.forEach(line -> problems.add("the class files have, and " + LOCK + " has not: " + shortened(line)));
        problems.add(LOCK + " differs: look at what changed, then ./remap exports --write");
    }

    private static String shortened(String line) {
        return line.length() < 160 ? line.strip() : line.strip().substring(0, 150) + "...";
    }
}
