// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** What to do with failed pages: {@link Request.Repair#how()}. Append-only. */
public final class RepairCode {
    /** Ask the tier again. */
    public static final int RETRY = 0;

    /** Make them zeros. */
    public static final int ACCEPT_LOSS = 1;

    private RepairCode() {}
}
