// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.List;

/** The JVM. */
final class JavaCheck {
    private static final String TITLE = "Java";
    private static final String WHAT = "Remap talks to Linux from Java alone, by calls that the JVM has to allow.";

    private JavaCheck() {}

    static Finding of(HostFacts.Java java) {
        String jdk = "JDK " + java.version();
        return java.nativeProblem()
                .map(problem ->
                        Finding.problem(TITLE, WHAT, List.of(jdk), "this JVM may not call Linux", List.of(problem)))
                .orElseGet(() -> Finding.ok(TITLE, WHAT, List.of(jdk + ", calls to Linux are allowed")));
    }
}
