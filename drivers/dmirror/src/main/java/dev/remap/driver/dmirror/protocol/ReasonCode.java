// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror.protocol;

import java.util.List;

/** Numbers for what became of a page that was to be migrated: the place among {@link #NAMES}, which are those of {@code MigrateReason}. */
public final class ReasonCode {
    /** By number. Only ever appended to. */
    public static final List<String> NAMES = List.of(
            "MIGRATED",
            "PENDING",
            "NOT_SELECTED",
            "FOREIGN_OWNER",
            "PINNED",
            "FAILED_PAGE",
            "BUSY",
            "TOUCHED",
            "FILE_BACKED",
            "EXCLUSIVE",
            "PROTECTED",
            "SKIPPED",
            "BAD_DESTINATION",
            "READ_ERROR",
            "NO_MEMORY",
            "CLOSING",
            "DEADLINE");

    private ReasonCode() {}

    /** The number of a name. */
    public static int of(String name) {
        int code = NAMES.indexOf(name);
        if (code < 0) {
            throw new IllegalArgumentException("no code for " + name);
        }
        return code;
    }
}
