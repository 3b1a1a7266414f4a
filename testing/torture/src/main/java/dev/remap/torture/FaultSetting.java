// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.List;

/**
 * What a round runs on.
 *
 * @param tiers of the region, or for the changes of a private file
 * @param fileMode whether the region is one of a file
 * @param checksums whether all that is stored has one, so that a wrong bit is found
 */
record FaultSetting(List<String> tiers, FileMode fileMode, boolean checksums) {
    /** Compressed memory, a disk by each way of reaching it, both, and files. */
    static final List<FaultSetting> ALL = List.of(
            region("faultyzram"),
            region("faultyzram", "faultyfile"),
            region("faultyfile:io=uring"),
            region("faultyfile:io=aio"),
            region("file:io=plain"),
            new FaultSetting(List.of("faultyzram"), FileMode.READ_WRITE, false),
            new FaultSetting(List.of("faultyzram"), FileMode.PRIVATE, false),
            new FaultSetting(List.of("zram"), FileMode.READ_ONLY, false));

    private static FaultSetting region(String... tiers) {
        return new FaultSetting(List.of(tiers), FileMode.NONE, true);
    }

    @Override
    public String toString() {
        return fileMode == FileMode.NONE
                ? String.join(",", tiers)
                : fileMode.option() + " file, " + String.join(",", tiers);
    }
}
