// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.ArrayList;
import java.util.List;

/** What to make of a host. */
record Diagnosis(Verdict verdict, List<Finding> findings) {
    Diagnosis {
        findings = List.copyOf(findings);
    }

    static Diagnosis of(HostFacts facts) {
        List<Finding> findings = new ArrayList<>(conditions(facts));
        if (facts.java().nativeProblem().isEmpty()) {
            findings.add(TrialCheck.of(facts.trial()));
            findings.add(ImageCheck.of(facts.java().image()));
            findings.add(WakeUpCheck.of(facts.idle()));
            findings.add(ProcessMadviseCheck.of(facts.kernel()));
            findings.add(IoUringCheck.of(facts.kernel()));
            findings.add(DeadManCheck.of(facts.kernel()));
        }
        findings.addAll(MemoryChecks.of(facts));
        findings.addAll(LimitChecks.of(facts.limits()));
        return new Diagnosis(Verdict.of(findings), findings);
    }

    /** Whether there is a point in trying Remap. */
    static boolean isWorthATry(HostFacts facts) {
        return Verdict.of(conditions(facts)).works();
    }

    /** What Remap cannot work without. A JVM that cannot call Linux can tell nothing else about them. */
    private static List<Finding> conditions(HostFacts facts) {
        return facts.java().nativeProblem().isPresent()
                ? List.of(JavaCheck.of(facts.java()))
                : List.of(
                        JavaCheck.of(facts.java()),
                        KernelCheck.of(facts.kernel()),
                        UserfaultfdCheck.of(facts.access()));
    }
}
