// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Errno;
import java.util.List;

/** Who ends the faults of an application whose managers have all died. */
final class DeadManCheck {
    private static final String TITLE = "dead man's switch";
    private static final String WHAT =
            "Ends every fault when the last manager has died. A thread of the application cannot be relied upon: one"
                    + " that waits in a fault keeps a pending garbage collection, and with it all others, from going on.";

    private DeadManCheck() {}

    static Finding of(HostFacts.Kernel kernel) {
        if (kernel.deadManErrno() == 0) {
            return Finding.ok(TITLE, WHAT, List.of("armed: the kernel does it, by io_uring"));
        }
        return Finding.note(
                TITLE,
                WHAT,
                List.of("io_uring cannot cut files, " + Errno.name(kernel.deadManErrno())
                        + ": a third process, some 50 MiB, stands by instead of the kernel"),
                kernel.deadManErrno() == Errno.EINVAL
                        ? "boot Linux 6.9 or later (IORING_OP_FTRUNCATE)"
                        : "allow io_uring: see above");
    }
}
