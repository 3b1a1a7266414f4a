// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.List;

/**
 * What this host allows. The same facts, explained at length, are printed by {@code remap doctor}.
 *
 * @param touch whether regions work at all: plain touches of absent pages are served
 * @param kernelFaults whether the kernel may touch absent pages too, for instance {@code read(2)} into a region; if not, such
 *     calls answer EFAULT outside a {@link Pin}
 * @param poison whether {@link FailurePolicy#POISON} is available (Linux 6.6)
 * @param fallback whether {@link Fallback#MMAP} is possible: {@link Remap#open} then works even without {@code touch}
 * @param kernel the kernel's release
 * @param how the way a userfaultfd was obtained, for instance {@code /dev/userfaultfd}
 * @param remedies what would make more possible, one line each; empty if nothing is missing
 */
public record Support(
        boolean touch,
        boolean kernelFaults,
        boolean poison,
        boolean fallback,
        String kernel,
        String how,
        List<String> remedies) {
    /** Copies the list. */
    public Support {
        remedies = List.copyOf(remedies);
    }
}
