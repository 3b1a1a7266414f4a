// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.linux.Cgroup;
import java.util.ArrayList;
import java.util.List;

/** Memory: what the machine has, what this process may use of it, and how the kernel treats it. */
final class MemoryChecks {
    /** Less than this to work with leaves no room for pages. */
    static final long LEAST_USEFUL_BYTES = 64L << 20;

    private MemoryChecks() {}

    static List<Finding> of(HostFacts facts) {
        return List.of(memory(facts), hugePages(facts.kernel()), swap(facts.memory()));
    }

    private static Finding memory(HostFacts facts) {
        String title = "Memory";
        String what =
                "Remap keeps to a DRAM budget; unless the program names one, it takes what its control group leaves.";
        if (!facts.trial().budgetProblem().isEmpty()) {
            return Finding.note(
                    title,
                    what,
                    found(facts),
                    "name a budget (RemapConfig.dramBytes)",
                    "lower -Xmx and -XX:MaxDirectMemorySize");
        }
        return usable(facts.memory()) < LEAST_USEFUL_BYTES
                ? Finding.note(
                        title, what, found(facts), "free or grant memory: less than 64 MiB are left to work with")
                : Finding.ok(title, what, found(facts));
    }

    private static List<String> found(HostFacts facts) {
        HostFacts.Memory memory = facts.memory();
        List<String> found = new ArrayList<>();
        found.add("the machine: " + Sizes.text(memory.totalBytes()) + ", of which "
                + Sizes.text(memory.availableBytes()) + " available");
        found.add(limit(memory.cgroup()));
        if (!facts.trial().budgetOrigin().isEmpty()) {
            found.add("the budget by default: " + facts.trial().budgetOrigin());
        }
        if (!facts.trial().budgetProblem().isEmpty()) {
            found.add("the budget by default is too small: " + facts.trial().budgetProblem());
        }
        return found;
    }

    private static String limit(Cgroup.MemoryLimits cgroup) {
        if (cgroup.version() == 0) {
            return cgroup.explanation();
        }
        return cgroup.limited()
                ? "the control group (v" + cgroup.version() + ", " + cgroup.path() + ") allows "
                        + Sizes.text(cgroup.limitBytes()) + ", of which " + Sizes.text(cgroup.usageBytes())
                        + " are in use"
                : "the control group (v" + cgroup.version() + ") sets no limit";
    }

    private static long usable(HostFacts.Memory memory) {
        Cgroup.MemoryLimits cgroup = memory.cgroup();
        long left = cgroup.limited() ? cgroup.limitBytes() - cgroup.usageBytes() : Long.MAX_VALUE;
        return Math.min(left, memory.availableBytes());
    }

    private static Finding hugePages(HostFacts.Kernel kernel) {
        String title = "Huge pages for shared memory";
        String what = "Remap counts memory in pages of 4 KiB; huge pages would take 2 MiB where it asked for one.";
        String setting = kernel.shmemHugepages();
        List<String> found = List.of(setting.isEmpty() ? "this kernel has none" : "shmem_enabled is " + setting);
        if (setting.equals("always") || setting.equals("force")) {
            return Finding.note(
                    title,
                    what,
                    found,
                    "`echo advise > /sys/kernel/mm/transparent_hugepage/shmem_enabled`, or compressed pages may take"
                            + " more DRAM than they need");
        }
        return Finding.ok(title, what, found);
    }

    private static Finding swap(HostFacts.Memory memory) {
        String title = "Swap";
        String what = "The kernel's own place for memory it has no room for; Remap needs none.";
        if (!memory.swap()) {
            return Finding.ok(title, what, List.of("none"));
        }
        return Finding.note(
                title,
                what,
                List.of(
                        "in use: Remap unmaps idle pages from within the application, since the kernel would swap them out"),
                "nothing, or `swapoff -a` if nothing else needs it: pages would be compressed by Remap and swapped as well");
    }
}
