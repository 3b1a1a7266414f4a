// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/**
 * A range of pages that failed together.
 *
 * @param tier the tier that should have served them
 * @param code the number of an {@link ErrorCode}
 * @param detail what the tier said, for people
 */
public record FailureEntry(long offset, long length, String tier, int code, String detail, long sinceEpochMillis) {
    /** Cuts the detail to {@link Protocol#MAX_STRING_BYTES}: one too long to send would hide the failure. */
    public FailureEntry {
        detail = WireText.cut(detail);
    }
}
