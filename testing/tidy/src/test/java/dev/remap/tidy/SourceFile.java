// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** A text file of the project. The path is relative to the project's root and has forward slashes. */
record SourceFile(String path, List<String> lines) {

    static SourceFile of(String path, String... lines) {
        return new SourceFile(path, List.of(lines));
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The empty string for a file in the root. */
    String folder() {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** The folder of the Maven module: what stands before {@code src}. */
    String module() {
        int src = path.indexOf("/src/");
        return src < 0 ? folder() : path.substring(0, src);
    }

    boolean isJava() {
        return name().endsWith(".java");
    }

    boolean isPom() {
        return name().equals("pom.xml");
    }

    boolean isMarkdown() {
        return name().endsWith(".md");
    }

    boolean isLicenceText() {
        return path.startsWith("LICENSES/");
    }

    boolean isScript() {
        return !lines.isEmpty() && lines.getFirst().startsWith("#!");
    }

    String text() {
        return String.join("\n", lines);
    }

    /** One place in this file that breaks a rule; lines count from 1. */
    String at(long line, String what) {
        return path + ":" + line + ": " + what;
    }

    /** The places whose line matches. */
    List<String> linesThat(Predicate<String> match, String what) {
        return IntStream.range(0, lines.size())
                .filter(i -> match.test(lines.get(i)))
                .mapToObj(i -> at(i + 1L, what))
                .toList();
    }
}
