// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.List;
import java.util.Locale;

/** Remap itself, tried. */
final class TrialCheck {
    private static final String TITLE = "A try";
    private static final String WHAT =
            "A manager was started, pages were written, pushed out of DRAM, touched again and compared.";

    private TrialCheck() {}

    static Finding of(HostFacts.Trial trial) {
        if (!trial.tried()) {
            return Finding.ok(TITLE, "Remap itself was not tried.", List.of("there is no manager on the class path"));
        }
        if (!trial.failure().isEmpty()) {
            return Finding.problem(
                    TITLE,
                    WHAT,
                    List.of("it failed: " + trial.failure()),
                    "it was tried and failed",
                    List.of("see the message; if nothing above explains it, it is a bug of Remap's"));
        }
        return Finding.ok(
                TITLE,
                WHAT,
                List.of(String.format(
                        Locale.ROOT, "it worked; the manager was ready in %.0f ms", trial.startNs() / 1e6)));
    }
}
