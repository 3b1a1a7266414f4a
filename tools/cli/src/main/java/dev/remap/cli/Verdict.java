// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.List;
import java.util.stream.Collectors;

/** The answer to "does Remap work here?". */
record Verdict(boolean works, String sentence) {
    static Verdict of(List<Finding> findings) {
        String problems = briefs(findings, State.PROBLEM);
        if (!problems.isEmpty()) {
            return new Verdict(false, "Remap cannot work here: " + problems + ".");
        }
        String limits = briefs(findings, State.LIMIT);
        return limits.isEmpty()
                ? new Verdict(true, "Remap works here.")
                : new Verdict(true, "Remap works here, with limits: " + limits + ".");
    }

    private static String briefs(List<Finding> findings, State state) {
        return findings.stream()
                .filter(finding -> finding.state() == state)
                .map(Finding::brief)
                .collect(Collectors.joining("; "));
    }
}
