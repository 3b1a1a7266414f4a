// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules about one source file: each answers the places that break it. Words that a rule forbids are spelt in two parts here. */
final class SourceRules {
    static final String GPL = "GPL-2.0-only WITH Classpath-exception-2.0";
    static final String APACHE_OR_GPL = "Apache-2.0 OR (" + GPL + ")";

    static final int MAX_LINE = 140;
    static final int MAX_FILE = 600;
    static final int MAX_PACKAGE_INFO = 15;

    /** What an application links; see the licences in the README. */
    private static final Set<String> APPLICATION_MODULES = Set.of("api", "wire", "linux", "export");

    private static final Pattern LICENCE = Pattern.compile(".*SPDX-License-Identifier: (.*?)( -->| \\*/)?");
    private static final Pattern OPEN_END = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern MACHINE_PATH = Pattern.compile("(^|[^a-zA-Z0-9_.~])/(wo" + "rk|ro" + "ot|ho" + "me)/");
    private static final Pattern VAGUE_NAME = Pattern.compile(".*(Manager|Helper|Utils?|Impl)");
    private static final List<String> WALL_CLOCKS =
            List.of("System.currentTimeMillis", "Instant.now", "LocalDateTime.now");

    /** When a page failed, when a touch was slow, when a benchmark was run. */
    private static final Set<String> TELLS_TIME = Set.of("PagedRegion.java", "SlowTouchRing.java", "History.java");

    private static final Pattern LICENSED = Pattern.compile(".*\\.(java|xml|sh|c|h|cpp|py)");

    private SourceRules() {}

    static boolean needsLicence(SourceFile file) {
        return LICENSED.matcher(file.name()).matches() || file.isScript();
    }

    static List<String> licence(SourceFile file) {
        String expected = APPLICATION_MODULES.contains(file.module()) ? APACHE_OR_GPL : GPL;
        boolean found = file.lines().stream()
                .limit(file.isJava() ? 1 : 2)
                .map(LICENCE::matcher)
                .anyMatch(m -> m.matches() && m.group(1).equals(expected));
        return found ? List.of() : List.of(file.at(1, "does not begin with SPDX-License-Identifier: " + expected));
    }

    static List<String> tabs(SourceFile file) {
        return file.linesThat(line -> line.contains("\t"), "has a tab");
    }

    static List<String> longLines(SourceFile file) {
        return file.linesThat(line -> line.length() > MAX_LINE, "is longer than " + MAX_LINE);
    }

    static List<String> longFiles(SourceFile file) {
        int limit = file.name().equals("package-info.java") ? MAX_PACKAGE_INFO : MAX_FILE;
        return file.lines().size() <= limit
                ? List.of()
                : List.of(file.at(limit, "has " + file.lines().size() + " lines, the limit is " + limit));
    }

    static List<String> openEnds(SourceFile file) {
        return file.linesThat(line -> OPEN_END.matcher(line).find(), "leaves something open");
    }

    static List<String> machinePaths(SourceFile file) {
        return file.linesThat(line -> MACHINE_PATH.matcher(line).find(), "names a path of one machine");
    }

    static List<String> unmarkedPackage(SourceFile packageInfo) {
        return packageInfo.lines().contains("@NullMarked")
                ? List.of()
                : List.of(packageInfo.at(1, "is not @NullMarked"));
    }

    /** Folders of Java files that have no package-info, neither there nor beside the main code they test. */
    static List<String> packagesWithoutInfo(List<SourceFile> java) {
        Set<String> described = Set.copyOf(java.stream()
                .filter(file -> file.name().equals("package-info.java"))
                .map(SourceFile::folder)
                .toList());
        return java.stream()
                .filter(file -> !file.name().equals("module-info.java"))
                .map(SourceFile::folder)
                .distinct()
                .filter(folder -> Stream.of(folder, folder.replace("/src/test/", "/src/main/"))
                        .noneMatch(described::contains))
                .map(folder -> folder + ": has no package-info.java")
                .toList();
    }

    static List<String> exits(JavaSource java) {
        if (java.file().name().endsWith("Main.java")) {
            return List.of();
        }
        return java.callsOf("System.exit").stream()
                .map(call -> java.at(call, "exits outside a Main class"))
                .toList();
    }

    /** Whoever sets the clock must not move a deadline: the time of day is for people, in what they read. */
    static List<String> wallClocks(JavaSource java) {
        if (!java.file().path().contains("/src/main/")
                || TELLS_TIME.contains(java.file().name())) {
            return List.of();
        }
        return WALL_CLOCKS.stream()
                .flatMap(method -> java.callsOf(method).stream())
                .map(call -> java.at(call, "asks for the time of day; durations are System.nanoTime's"))
                .toList();
    }

    static List<String> silentCatches(JavaSource java) {
        return java.silentCatches().stream()
                .map(block -> java.at(block, "swallows an exception"))
                .toList();
    }

    static List<String> vagueNames(JavaSource java) {
        return java.types().stream()
                .filter(type -> VAGUE_NAME.matcher(type.getSimpleName()).matches())
                .map(type -> java.at(type, type.getSimpleName() + " does not say what it is"))
                .toList();
    }
}
