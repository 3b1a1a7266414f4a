// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Errno;
import java.util.List;

/** Whether io_uring may be used. */
final class IoUringCheck {
    private static final String TITLE = "io_uring";
    private static final String WHAT =
            "A queue of work that the kernel does by itself: many reads of a file at once, and the dead man's switch.";

    private IoUringCheck() {}

    static Finding of(HostFacts.Kernel kernel) {
        String disabled = kernel.ioUringDisabled();
        String sysctl = disabled.isEmpty() ? "" : " (sysctl kernel.io_uring_disabled is " + disabled + ")";
        if (kernel.ioUringErrno() == 0) {
            return Finding.ok(TITLE, WHAT, List.of("may be used" + sysctl));
        }
        return Finding.note(
                TITLE,
                WHAT,
                List.of("refused, " + Errno.name(kernel.ioUringErrno()) + sysctl),
                remedy(kernel.ioUringErrno()));
    }

    private static String remedy(int errno) {
        return switch (errno) {
            case Errno.EPERM ->
                "set sysctl kernel.io_uring_disabled=0; in a container allow io_uring_setup in the seccomp profile";
            case Errno.ENOSYS ->
                "boot a kernel with CONFIG_IO_URING; in a container allow io_uring_setup in the seccomp profile";
            case Errno.ENOMEM -> "raise the limit on locked memory (ulimit -l)";
            default -> "allow io_uring_setup";
        };
    }
}
