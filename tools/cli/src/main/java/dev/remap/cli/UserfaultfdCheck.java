// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Errno;
import dev.remap.linux.UserfaultfdAccess.Attempt;
import dev.remap.linux.UserfaultfdAccess.Way;
import java.util.ArrayList;
import java.util.List;

/** Whether this process may have a userfaultfd, by which way, and what the other ways would take. */
final class UserfaultfdCheck {
    private static final String TITLE = "Page faults (userfaultfd)";
    private static final String WHAT =
            "A userfaultfd is Linux's way to let one process supply the memory that another one touches. Remap needs one.";

    private UserfaultfdCheck() {}

    static Finding of(HostFacts.Access access) {
        Way way = access.probed().way();
        if (way == Way.NONE) {
            return Finding.problem(
                    TITLE, WHAT, found(access), "this process may not have a userfaultfd", remedies(access));
        }
        if (!access.probed().kernelFaults()) {
            return Finding.limit(
                    TITLE,
                    WHAT,
                    found(access),
                    "system calls that touch a page which is not in memory fail with EFAULT, except through a Pin",
                    remedies(access));
        }
        return Finding.ok(TITLE, WHAT, found(access));
    }

    private static List<String> found(HostFacts.Access access) {
        List<String> found = new ArrayList<>();
        for (Attempt attempt : access.probed().attempts()) {
            found.add(name(attempt.way()) + ": "
                    + (attempt.errno() == 0 ? "yes" : "refused, " + Errno.name(attempt.errno())));
        }
        found.add("/dev/userfaultfd: " + (access.device().isEmpty() ? "not there" : access.device()));
        if (!access.unprivileged().isEmpty()) {
            found.add("sysctl vm.unprivileged_userfaultfd: " + access.unprivileged());
        }
        found.add("capability CAP_SYS_PTRACE: " + (access.tracePermission() ? "yes" : "no"));
        if (access.seccomp()) {
            found.add("a seccomp filter is at work, as in containers");
        }
        return found;
    }

    private static String name(Way way) {
        return switch (way) {
            case GRANTED -> "granted by another process";
            case DEVICE -> "by opening /dev/userfaultfd";
            case SYSCALL -> "by the system call";
            case SYSCALL_USER_MODE_ONLY -> "by the system call, for the program's own touches only";
            case NONE -> "none";
        };
    }

    /** Of the ways that were refused; any one of them is enough. */
    private static List<String> remedies(HostFacts.Access access) {
        List<String> remedies = new ArrayList<>();
        for (Attempt attempt : access.probed().attempts()) {
            if (attempt.errno() != 0 && !remedies.contains(attempt.remedy())) {
                remedies.add(attempt.remedy());
            }
        }
        return remedies;
    }
}
