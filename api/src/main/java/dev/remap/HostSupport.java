// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Arch;
import dev.remap.linux.Mmap;
import dev.remap.linux.NativeAccess;
import dev.remap.linux.Userfaultfd;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.FaultReporting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out what this host allows. */
final class HostSupport {
    /** What the fault path cannot do without, with poisoned pages: Linux 6.6. */
    static final long ALL_FEATURES = FaultReporting.FEATURES | Userfaultfd.UFFD_FEATURE_POISON;

    private HostSupport() {}

    static Support probe() {
        String kernel = System.getProperty("os.version", "unknown");
        String problem = problem();
        if (problem != null) {
            return new Support(false, false, false, nativeProblem() == null, kernel, "none", List.of(problem));
        }
        UserfaultfdAccess.Result all = UserfaultfdAccess.probe(ALL_FEATURES);
        boolean poison = all.way() != UserfaultfdAccess.Way.NONE;
        UserfaultfdAccess.Result result = poison ? all : UserfaultfdAccess.probe(FaultReporting.FEATURES);
        boolean touch = result.way() != UserfaultfdAccess.Way.NONE;
        List<String> remedies = new ArrayList<>();
        if (!touch || !result.kernelFaults()) {
            remedies.addAll(remedies(result));
        }
        if (touch && !poison) {
            remedies.add("FailurePolicy.POISON needs Linux 6.6.");
        }
        return new Support(touch, result.kernelFaults(), poison, true, kernel, how(result.way()), remedies);
    }

    /** Why regions cannot be served in this JVM whatever the host allows, or null. */
    static @Nullable String problem() {
        String problem = nativeProblem();
        if (problem != null) {
            return problem;
        }
        return Mmap.PAGE_SIZE == 4096
                ? null
                : "Remap needs base pages of 4 KiB; this kernel uses " + Mmap.PAGE_SIZE + ".";
    }

    /** Why not even plain mappings can be had, or null. */
    static @Nullable String nativeProblem() {
        if (!Arch.supported()) {
            return "Remap needs Linux on x86-64 or aarch64; this is " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + ".";
        }
        String nativeAccess = NativeAccess.problem();
        return nativeAccess == null || nativeAccess.isEmpty() ? null : nativeAccess;
    }

    static List<String> remedies(UserfaultfdAccess.Result result) {
        return result.attempts().stream()
                .filter(attempt -> attempt.errno() != 0)
                .map(UserfaultfdAccess.Attempt::remedy)
                .distinct()
                .toList();
    }

    private static String how(UserfaultfdAccess.Way way) {
        return switch (way) {
            case GRANTED -> "a granted descriptor of /dev/userfaultfd";
            case DEVICE -> "/dev/userfaultfd";
            case SYSCALL -> "userfaultfd(2)";
            case SYSCALL_USER_MODE_ONLY -> "userfaultfd(2), user mode only";
            case NONE -> "none";
        };
    }
}
