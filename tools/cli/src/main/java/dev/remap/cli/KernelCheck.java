// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Userfaultfd;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernel's version, and what it can do for Remap. */
final class KernelCheck {
    /** What regions cannot do without. */
    static final long REQUIRED = Userfaultfd.UFFD_FEATURE_MISSING_SHMEM
            | Userfaultfd.UFFD_FEATURE_MINOR_SHMEM
            | Userfaultfd.UFFD_FEATURE_WP_HUGETLBFS_SHMEM;

    /** Mapping pages write-protected, which has no feature bit, came last of what is required. */
    static final String OLDEST = "6.4";

    static final long PAGE_BYTES = 4096;

    private static final String TITLE = "Kernel";
    private static final String WHAT =
            "Remap serves and evicts pages by means that Linux got over the years; all of them are there since 6.6.";
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");

    private KernelCheck() {}

    static Finding of(HostFacts.Kernel kernel) {
        List<String> found = found(kernel);
        if (isOld(kernel.release())) {
            return Finding.problem(
                    TITLE,
                    WHAT,
                    found,
                    "Linux " + kernel.release() + " is too old",
                    List.of("boot Linux " + OLDEST + " or newer, best 6.6 or newer"));
        }
        if (kernel.pageBytes() > 0 && kernel.pageBytes() != PAGE_BYTES) {
            return Finding.problem(
                    TITLE,
                    WHAT,
                    found,
                    "memory pages are not 4 KiB",
                    List.of("boot a kernel built for pages of 4 KiB"));
        }
        return features(kernel, found);
    }

    private static Finding features(HostFacts.Kernel kernel, List<String> found) {
        long features = kernel.uffdFeatures();
        if (features != 0 && (features & REQUIRED) != REQUIRED) {
            String missing = String.join(", ", Userfaultfd.featureNames(REQUIRED & ~features));
            return Finding.problem(
                    TITLE,
                    WHAT,
                    found,
                    "the kernel lacks " + missing,
                    List.of("boot the Linux version named, or a newer one"));
        }
        if (features != 0 && (features & Userfaultfd.UFFD_FEATURE_POISON) == 0) {
            return Finding.limit(
                    TITLE,
                    WHAT,
                    found,
                    "a page that cannot be served can only stop or end the program, not throw",
                    List.of(
                            "boot Linux 6.6 or newer for FailurePolicy.POISON; until then choose WAIT or ABORT_PROCESS"));
        }
        return Finding.ok(TITLE, WHAT, found);
    }

    private static List<String> found(HostFacts.Kernel kernel) {
        List<String> found = new ArrayList<>();
        String pages = kernel.pageBytes() > 0 ? ", pages of " + kernel.pageBytes() / 1024 + " KiB" : "";
        found.add("Linux " + kernel.release() + pages);
        if (kernel.uffdFeatures() == 0) {
            found.add("what its userfaultfd can do is not known: there was none to ask");
            return found;
        }
        found.add(able(kernel, Userfaultfd.UFFD_FEATURE_MISSING_SHMEM, "fetch a page when it is touched"));
        found.add(able(kernel, Userfaultfd.UFFD_FEATURE_MINOR_SHMEM, "see that a page in memory is touched again"));
        found.add(able(kernel, Userfaultfd.UFFD_FEATURE_WP_HUGETLBFS_SHMEM, "see which pages are written to"));
        found.add(able(kernel, Userfaultfd.UFFD_FEATURE_POISON, "stop a touch of a page that is lost"));
        return found;
    }

    private static String able(HostFacts.Kernel kernel, long feature, String what) {
        String name = String.join("", Userfaultfd.featureNames(feature));
        return ((kernel.uffdFeatures() & feature) != 0 ? "can " : "cannot ") + what + ": " + name;
    }

    /** False for what does not look like a version: then the features decide. */
    private static boolean isOld(String release) {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        return major < 6 || (major == 6 && minor < 4);
    }
}
