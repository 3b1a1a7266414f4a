// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Errno;
import java.util.List;

/** Whether the manager may unmap an application's pages. */
final class ProcessMadviseCheck {
    private static final String TITLE = "Advice across processes (process_madvise)";
    private static final String WHAT =
            "Lets the manager itself unmap pages that seem idle, to see whether they are touched again.";

    private ProcessMadviseCheck() {}

    static Finding of(HostFacts.Kernel kernel) {
        if (kernel.processMadviseErrno() == 0) {
            return Finding.ok(TITLE, WHAT, List.of("may be used"));
        }
        String found = "refused, " + Errno.name(kernel.processMadviseErrno())
                + ": a thread of Remap's in the application does it instead, a little slower";
        return Finding.note(
                TITLE,
                WHAT,
                List.of(found),
                kernel.processMadviseErrno() == Errno.EPERM
                        ? "for the last bit of speed, grant CAP_SYS_NICE"
                        : "needs Linux 5.10; in a container allow process_madvise in the seccomp profile");
    }
}
